with attributions as (
    select * from {{ ref('int_attributions__classees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'attributions'
),

agregees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('code_reservataire') }} as code_reservataire,
        {{ modalite_ou_ensemble('type_demande') }} as type_demande,
        count(*) as nombre_attributions,
        count(delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.5) }} as delai_attribution_median_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from attributions
    group by
        periode,
        code_epci,
        cube (code_bailleur, code_reservataire, type_demande)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.type_demande,
        agregees.nombre_attributions,
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
