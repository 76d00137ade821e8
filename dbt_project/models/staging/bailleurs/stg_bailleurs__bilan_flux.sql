with source as (
    select * from {{ source('bailleurs', 'bilan_flux') }}
),

final as (
    select
        cast(annee as bigint) as annee,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('reservataire') }} as code_reservataire,
        {{ texte('typologie') }} as typologie,
        {{ texte('financement') }} as financement,
        cast(en_qpv as boolean) as est_en_qpv,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('periode_construction') }} as periode_construction,
        cast(mis_a_disposition as bigint) as nombre_mises_a_disposition,
        cast(proposes as bigint) as nombre_proposes,
        cast(attribues as bigint) as nombre_attribues,
        cast(baux as bigint) as nombre_baux,
        cast(refus as bigint) as nombre_refus,
        cast(rendus as bigint) as nombre_rendus,
        cast(soustraits_mutations_internes as bigint) as nombre_soustraits_mutations_internes,
        cast(soustraits_npnru as bigint) as nombre_soustraits_npnru,
        cast(soustraits_orcod as bigint) as nombre_soustraits_orcod,
        cast(soustraits_insalubrite as bigint) as nombre_soustraits_insalubrite,
        cast(soustraits_ventes as bigint) as nombre_soustraits_ventes,
        cast(exclus as bigint) as nombre_exclus,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
