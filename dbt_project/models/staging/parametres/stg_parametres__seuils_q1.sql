with source as (
    select * from {{ source('parametres', 'seuils_q1') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        cast(annee as integer) as annee,
        cast(seuil_eur_uc as decimal(18, 2)) as seuil_eur_uc,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
