with ecarts as (
    select * from {{ ref('int_flux__ecarts_bilan') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'bilan_flux'
),

final as (
    select
        metadonnees.periode,
        ecarts.code_epci,
        ecarts.code_bailleur,
        ecarts.code_reservataire,
        ecarts.typologie,
        ecarts.financement,
        ecarts.localisation_qpv,
        ecarts.code_commune,
        ecarts.periode_construction,
        ecarts.mesure_bilan,
        ecarts.valeur_bailleur,
        ecarts.valeur_observatoire,
        ecarts.ecart,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from ecarts
    inner join metadonnees
        on cast(ecarts.annee as varchar) = metadonnees.periode and ecarts.code_epci = metadonnees.code_epci
)

select * from final
