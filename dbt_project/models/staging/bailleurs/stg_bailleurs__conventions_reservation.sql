with source as (
    select * from {{ source('bailleurs', 'conventions_reservation') }}
),

final as (
    select
        cast(annee as bigint) as annee,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('type_perimetre') }} as type_perimetre,
        {{ texte('code_perimetre') }} as code_perimetre,
        {{ texte('reservataire') }} as code_reservataire,
        {{ texte('siren_reservataire') }} as code_organisme_reservataire,
        {{ texte('nom_reservataire') }} as nom_reservataire,
        {{ texte('mode_gestion') }} as mode_gestion,
        {{ texte('siren_delegataire') }} as code_delegataire,
        {{ texte('contrepartie') }} as contrepartie,
        cast(date_signature as date) as date_signature,
        cast(date_fin as date) as date_fin,
        cast(taux_pct as decimal(18, 2)) as taux_pct,
        cast(premieres_locations_comprises as boolean) as a_premieres_locations_comprises,
        cast(disponibles_previsionnels as bigint) as nombre_disponibles_previsionnels,
        cast(soustraits_mutations_internes as bigint) as nombre_soustraits_mutations_internes,
        cast(soustraits_npnru as bigint) as nombre_soustraits_npnru,
        cast(soustraits_orcod as bigint) as nombre_soustraits_orcod,
        cast(soustraits_insalubrite as bigint) as nombre_soustraits_insalubrite,
        cast(soustraits_ventes as bigint) as nombre_soustraits_ventes,
        cast(exclus_defense as bigint) as nombre_exclus_defense,
        cast(exclus_securite as bigint) as nombre_exclus_securite,
        cast(exclus_sante as bigint) as nombre_exclus_sante,
        cast(assiette_previsionnelle as bigint) as assiette_previsionnelle,
        cast(objectif as bigint) as objectif,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
