with source as (
    select * from {{ source('parametres', 'seuils_frequentation') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('type_lieu') }} as type_lieu,
        cast(valide_du as date) as valide_du,
        cast(valide_au as date) as valide_au,
        cast(seuil_baisse as decimal(18, 4)) as seuil_baisse,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
