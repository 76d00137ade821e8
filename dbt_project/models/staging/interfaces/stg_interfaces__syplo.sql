with source as (
    select * from {{ source('interfaces', 'syplo') }}
),

final as (
    select
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('label') }} as code_label,
        cast(date_label as date) as date_label,
        cast(date_fin_label as date) as date_fin_label,
        {{ texte('statut') }} as statut,
        cast(date_depot as date) as date_depot,
        cast(date_mise_a_jour as date) as date_mise_a_jour,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
