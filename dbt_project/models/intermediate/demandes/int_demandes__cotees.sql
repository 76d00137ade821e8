with demandes as (
    select * from {{ ref('int_demandes__etats') }}
),

scores as (
    select * from {{ ref('int_scores__sommes') }}
),

tranches as (
    select * from {{ ref('int_parametres__tranches') }}
),

-- Le dernier score au dernier jour, dans l'EPCI du premier souhait (règles C1, C2).
scorees as (
    select
        demandes.demande_id,
        demandes.periode,
        demandes.dernier_jour,
        demandes.code_epci,
        scores.date_points,
        scores.grille_version,
        scores.points,
        scores.sous_groupe
    from demandes
    left join scores
        on
            demandes.demande_id = scores.demande_id
            and demandes.code_epci = scores.code_epci
            and demandes.dernier_jour >= scores.date_points
    qualify row_number() over (
        partition by demandes.demande_id, demandes.periode
        order by scores.date_points desc nulls last, scores.grille_version desc
    ) = 1
),

final as (
    select
        scorees.demande_id,
        scorees.periode,
        scorees.date_points,
        scorees.grille_version,
        scorees.points,
        coalesce(scorees.sous_groupe, 'non_renseigne') as sous_groupe,
        coalesce(tranches.tranche_points, 'non_renseigne') as tranche_points
    from scorees
    left join tranches
        on {{ est_dans_la_tranche('scorees', 'tranches', 'dernier_jour') }}
)

select * from final
