with source as (
    select * from {{ source('parametres', 'blocs') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('grille') }} as grille,
        {{ texte('version') }} as version,
        {{ texte('critere') }} as critere,
        {{ texte('bloc') }} as bloc,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
