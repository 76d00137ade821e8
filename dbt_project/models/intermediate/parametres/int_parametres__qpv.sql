with deposes as (
    select * from {{ ref('stg_parametres__qpv') }}
),

exemples as (
    select * from {{ ref('quartiers_prioritaires') }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_qpv', 'code_commune'],
        ['generation', 'libelle_qpv']
    ) }}
)

select * from final
