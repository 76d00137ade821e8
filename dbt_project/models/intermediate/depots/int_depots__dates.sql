with depots as (
    select * from {{ ref('stg_registre__depots') }}
),

final as (
    select
        *,
        {{ premier_jour_periode('periode') }} as premier_jour,
        {{ dernier_jour_periode('periode') }} as dernier_jour
    from depots
)

select * from final
