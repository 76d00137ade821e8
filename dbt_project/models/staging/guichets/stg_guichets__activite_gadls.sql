with source as (
    select * from {{ source('guichets', 'activite_gadls') }}
),

final as (
    select
        {{ texte('code_gadls') }} as code_lieu,
        {{ texte('libelle_lieu') }} as libelle_lieu,
        {{ texte('code_commune') }} as code_commune,
        cast(nombre_visites as bigint) as nombre_visites,
        cast(nombre_appels as bigint) as nombre_appels,
        cast(nombre_courriels as bigint) as nombre_courriels,
        cast(nombre_contacts_en_ligne as bigint) as nombre_contacts_en_ligne,
        cast(nombre_demandes_enregistrees as bigint) as nombre_demandes_enregistrees,
        cast(nombre_renouvellements as bigint) as nombre_renouvellements,
        cast(nombre_orientations as bigint) as nombre_orientations,
        cast(nombre_jours_ouverture as bigint) as nombre_jours_ouverture,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
