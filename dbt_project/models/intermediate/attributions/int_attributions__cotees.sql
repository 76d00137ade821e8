with attributions as (
    select * from {{ ref('int_attributions__sourcees') }}
),

scores as (
    select * from {{ ref('int_scores__sommes') }}
),

tranches as (
    select * from {{ ref('int_parametres__tranches') }}
),

-- Le dernier score à la date de la commission, sinon du bail, dans l'EPCI du logement (règles C1, C2).
scorees as (
    select
        attributions.attribution_id,
        attributions.code_epci,
        attributions.date_attribution,
        coalesce(attributions.date_caleol, attributions.date_attribution) as date_reference,
        scores.date_points,
        scores.grille_version,
        scores.points,
        scores.sous_groupe
    from attributions
    left join scores
        on
            attributions.demande_id = scores.demande_id
            and attributions.code_epci = scores.code_epci
            and coalesce(attributions.date_caleol, attributions.date_attribution) >= scores.date_points
    qualify row_number() over (
        partition by attributions.attribution_id
        order by scores.date_points desc nulls last, scores.grille_version desc
    ) = 1
),

final as (
    select
        scorees.attribution_id,
        scorees.date_points,
        scorees.grille_version,
        scorees.points,
        {{ est_score_ancien('scorees.date_points', 'scorees.date_reference') }} as est_score_ancien,
        coalesce(scorees.sous_groupe, 'non_renseigne') as sous_groupe,
        coalesce(tranches.tranche_points, 'non_renseigne') as tranche_points
    from scorees
    left join tranches
        on {{ est_dans_la_tranche('scorees', 'tranches', 'date_attribution') }}
)

select * from final
