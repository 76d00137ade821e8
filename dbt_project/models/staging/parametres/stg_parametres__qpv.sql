with source as (
    select * from {{ source('parametres', 'qpv') }}
),

final as (
    select
        {{ texte('code_qpv') }} as code_qpv,
        {{ texte('generation') }} as generation,
        {{ texte('libelle_qpv') }} as libelle_qpv,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
