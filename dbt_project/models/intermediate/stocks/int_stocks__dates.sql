with stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

final as (
    select
        date_stock,
        rang_stock,
        min({{ premier_jour_periode('periode') }}) as premier_jour
    from stocks
    group by date_stock, rang_stock
)

select * from final
