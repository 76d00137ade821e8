with attributions as (
    select * from {{ ref('int_attributions__classees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'attributions_cotees'
),

agregees as (
    select
        attributions.periode,
        attributions.code_epci,
        {{ modalite_ou_ensemble('attributions.code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('attributions.code_reservataire') }} as code_reservataire,
        {{ modalite_ou_ensemble('attributions.tranche_points') }} as tranche_points,
        {{ modalite_ou_ensemble('attributions.localisation_qpv') }} as localisation_qpv,
        {{ modalite_ou_ensemble('attributions.type_demande') }} as type_demande,
        count(*) as nombre_attributions,
        count(attributions.delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('attributions.delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.5) }}
            as delai_attribution_median_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois,
        -- Parmi les attributions cotées (règle C1).
        cast(count(*) filter (where attributions.est_score_ancien) as double precision)
        / nullif(count(attributions.est_score_ancien), 0) as part_scores_anciens
    from attributions
    group by
        attributions.periode,
        attributions.code_epci,
        cube (attributions.code_bailleur, attributions.code_reservataire),
        cube (attributions.tranche_points, attributions.localisation_qpv, attributions.type_demande)
),

-- Bornes en vigueur dans la période ; deux barèmes de tranches ne se mélangent pas (règle C11).
tranches as (
    select
        periodes.periode,
        tranches.code_epci,
        tranches.tranche_points,
        min(tranches.borne_min) as points_min,
        min(tranches.borne_max) as points_max
    from {{ ref('int_parametres__tranches') }} as tranches
    inner join {{ ref('int_periodes__couvertes') }} as periodes
        on
            tranches.valide_du <= periodes.dernier_jour
            and coalesce(tranches.valide_au, periodes.dernier_jour) >= periodes.premier_jour
    group by periodes.periode, tranches.code_epci, tranches.tranche_points
    having count(*) = 1
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.tranche_points,
        agregees.localisation_qpv,
        agregees.type_demande,
        agregees.nombre_attributions,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        tranches.points_min,
        tranches.points_max,
        agregees.part_scores_anciens,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
    left join tranches
        on
            agregees.periode = tranches.periode
            and agregees.code_epci = tranches.code_epci
            and agregees.tranche_points = tranches.tranche_points
)

select * from final
