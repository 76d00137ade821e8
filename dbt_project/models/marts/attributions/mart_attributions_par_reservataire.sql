with attributions as (
    select * from {{ ref('int_attributions__classees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'attributions'
),

agregees as (
    select
        attributions.periode,
        attributions.code_epci,
        {{ modalite_ou_ensemble('attributions.code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('attributions.code_reservataire') }} as code_reservataire,
        count(*) as nombre_attributions,
        count(*) filter (where attributions.localisation_qpv = 'qpv') as nombre_en_qpv,
        -- Premier quartile strict (règle D6).
        count(*) filter (
            where attributions.quartile_ressources = 'R1' and attributions.localisation_qpv = 'hors_qpv'
        ) as nombre_q1_hors_qpv,
        count(attributions.delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('attributions.delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.5) }}
            as delai_attribution_median_mois,
        {{ delai_centile_mois('attributions.delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from attributions
    group by
        attributions.periode,
        attributions.code_epci,
        cube (attributions.code_bailleur, attributions.code_reservataire)
),

totaux as (
    select
        periode,
        code_epci,
        code_bailleur,
        nombre_attributions
    from agregees
    where code_reservataire = 'ensemble'
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.nombre_attributions,
        cast(agregees.nombre_attributions as double precision) / totaux.nombre_attributions
            as part_attributions,
        agregees.nombre_en_qpv,
        agregees.nombre_q1_hors_qpv,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join totaux
        on
            agregees.periode = totaux.periode
            and agregees.code_epci = totaux.code_epci
            and agregees.code_bailleur = totaux.code_bailleur
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
