with source as (
    select * from {{ source('grilles', 'requetes') }}
),

final as (
    select
        {{ texte('nom') }} as nom,
        {{ texte('definition') }} as definition
    from source
)

select * from final
