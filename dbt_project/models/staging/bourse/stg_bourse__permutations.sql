with source as (
    select * from {{ source('bourse', 'permutations') }}
),

final as (
    select
        {{ texte('id_permutation') }} as id_permutation,
        cast(date_demande as date) as date_demande,
        {{ texte('id_annonce_a') }} as id_annonce_a,
        {{ texte('siren_bailleur_a') }} as code_bailleur_a,
        {{ texte('code_commune_a') }} as code_commune_a,
        {{ texte('code_quartier_a') }} as code_quartier_a,
        {{ texte('typologie_a') }} as typologie_a,
        {{ texte('id_annonce_b') }} as id_annonce_b,
        {{ texte('siren_bailleur_b') }} as code_bailleur_b,
        {{ texte('code_commune_b') }} as code_commune_b,
        {{ texte('code_quartier_b') }} as code_quartier_b,
        {{ texte('typologie_b') }} as typologie_b,
        cast(date_decision as date) as date_decision,
        cast(date_realisation as date) as date_realisation,
        {{ texte('issue') }} as issue,
        {{ texte('motif_refus') }} as motif_refus,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
