with source as (
    select * from {{ source('parametres', 'communes') }}
),

final as (
    select
        {{ texte('code_commune') }} as code_commune,
        {{ texte('libelle_commune') }} as libelle_commune,
        {{ texte('code_epci') }} as code_epci,
        {{ texte('libelle_epci') }} as libelle_epci,
        {{ texte('code_departement') }} as code_departement,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
