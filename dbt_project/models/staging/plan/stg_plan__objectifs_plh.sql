with source as (
    select * from {{ source('plan', 'objectifs_plh') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('code_commune') }} as code_commune,
        cast(annee as integer) as annee,
        {{ texte('produit') }} as produit,
        cast(nombre_objectif as bigint) as nombre_objectif,
        cast(nombre_realise as bigint) as nombre_realise,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
