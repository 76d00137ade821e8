with source as (
    select * from {{ source('grilles', 'requetes') }}
),

final as (
    select
        {{ texte('nom') }} as nom,
        {{ texte('requete') }} as requete
    from source
)

select * from final
