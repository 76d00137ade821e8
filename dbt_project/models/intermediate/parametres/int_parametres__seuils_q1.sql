with deposes as (
    select * from {{ ref('stg_parametres__seuils_q1') }}
),

exemples as (
    select * from {{ ref('seuils_q1') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'annee'],
        ['seuil_eur_uc']
    ) }}
)

select * from final
