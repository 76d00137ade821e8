with source as (
    select * from {{ source('cotation', 'points') }}
),

final as (
    select
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('code_epci') }} as code_epci,
        {{ texte('grille') }} as grille,
        {{ texte('version') }} as version,
        cast(date_points as date) as date_points,
        {{ texte('critere') }} as critere,
        cast(points as decimal(18, 2)) as points,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
