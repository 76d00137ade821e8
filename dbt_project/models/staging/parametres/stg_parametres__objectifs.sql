with source as (
    select * from {{ source('parametres', 'objectifs') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('code_bailleur') }} as code_bailleur,
        cast(annee as integer) as annee,
        {{ texte('type_objectif') }} as type_objectif,
        cast(taux as decimal(18, 4)) as taux,
        cast(nombre as bigint) as nombre,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
