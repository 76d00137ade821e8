with source as (
    select * from {{ source('plan', 'acces_sne') }}
),

final as (
    select
        {{ texte('organisme') }} as organisme,
        {{ texte('siren_organisme') }} as code_organisme,
        {{ texte('type_organisme') }} as type_organisme,
        {{ texte('profil') }} as profil,
        {{ texte('code_guichet') }} as code_guichet,
        cast(nombre_comptes as bigint) as nombre_comptes,
        cast(nombre_comptes_actifs as bigint) as nombre_comptes_actifs,
        cast(date_convention as date) as date_convention,
        cast(date_fermeture as date) as date_fermeture,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
