with source as (
    select * from {{ source('parametres', 'dal') }}
),

final as (
    select
        {{ texte('code_departement') }} as code_departement,
        cast(delai_mois as integer) as delai_mois,
        cast(valide_du as date) as valide_du,
        cast(valide_au as date) as valide_au,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
