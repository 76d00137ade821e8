with deposes as (
    select * from {{ ref('stg_parametres__quartiers') }}
),

exemples as (
    select * from {{ ref('quartiers') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'code_zone'],
        ['code_quartier', 'libelle_quartier']
    ) }}
)

select * from final
