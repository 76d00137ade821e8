with final as (
    select * from {{ ref('int_ecarts__releves') }}
    union all
    select * from {{ ref('int_ecarts__lignes_ecartees') }}
    union all
    select * from {{ ref('int_ecarts__radiations_en_stock') }}
)

select * from final
