with demandes as (
    select * from {{ ref('int_demandes__declinees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'demandes_cotees'
),

agregees as (
    select
        periode,
        code_epci,
        axe,
        modalite,
        count(*) as nombre_demandes,
        {{ delai_moyen_mois('anciennete_jours') }} as anciennete_moyenne_mois,
        {{ delai_centile_mois('anciennete_jours', 0.5) }} as anciennete_mediane_mois
    from demandes
    group by periode, code_epci, axe, modalite
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.axe,
        agregees.modalite,
        agregees.nombre_demandes,
        agregees.anciennete_moyenne_mois,
        agregees.anciennete_mediane_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
