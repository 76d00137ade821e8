with attributions as (
    select * from {{ ref('int_attributions__declinees') }}
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
        {{ modalite_ou_ensemble('attributions.localisation_qpv') }} as localisation_qpv,
        attributions.axe,
        attributions.modalite,
        count(*) as nombre_attributions,
        count(attributions.delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('attributions.delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.5) }}
            as delai_attribution_median_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from attributions
    group by
        attributions.periode,
        attributions.code_epci,
        attributions.axe,
        attributions.modalite,
        cube (attributions.code_bailleur, attributions.code_reservataire),
        rollup (attributions.localisation_qpv)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.localisation_qpv,
        agregees.axe,
        agregees.modalite,
        agregees.nombre_attributions,
        -- Part dans les attributions de la même localisation et du même axe (règle E6).
        cast(agregees.nombre_attributions as double precision) / sum(agregees.nombre_attributions) over (
            partition by
                agregees.periode,
                agregees.code_epci,
                agregees.code_bailleur,
                agregees.code_reservataire,
                agregees.localisation_qpv,
                agregees.axe
        ) as part_attributions,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
