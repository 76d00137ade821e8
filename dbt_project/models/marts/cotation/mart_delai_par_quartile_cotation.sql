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
        {{ modalite_ou_ensemble('attributions.quartile_cotation') }} as quartile_cotation,
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
        cube (attributions.quartile_cotation, attributions.localisation_qpv, attributions.type_demande)
),

-- Points de la population de référence ; deux versions de grille ne se mélangent pas (règle C6).
classes as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('quartile_cotation') }} as quartile_cotation,
        min(points_min) as points_min,
        max(points_max) as points_max
    from {{ ref('int_scores__classes') }}
    where nombre_versions = 1
    group by periode, code_epci, rollup (quartile_cotation)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.quartile_cotation,
        agregees.localisation_qpv,
        agregees.type_demande,
        agregees.nombre_attributions,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        classes.points_min,
        classes.points_max,
        agregees.part_scores_anciens,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
    left join classes
        on
            agregees.periode = classes.periode
            and agregees.code_epci = classes.code_epci
            and agregees.quartile_cotation = classes.quartile_cotation
)

select * from final
