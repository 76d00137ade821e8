with source as (
    select * from {{ source('parametres', 'quartiers') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('code_zone') }} as code_zone,
        {{ texte('code_quartier') }} as code_quartier,
        {{ texte('libelle_quartier') }} as libelle_quartier,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
