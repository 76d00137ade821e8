with deposes as (
    select * from {{ ref('stg_parametres__passage_qpv') }}
),

exemples as (
    select * from {{ ref('passage_qpv') }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_qpv_2015', 'code_qpv_2024'],
        []
    ) }}
)

select * from final
