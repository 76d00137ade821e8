with deposes as (
    select * from {{ ref('stg_parametres__tranches') }}
),

exemples as (
    select * from {{ ref('tranches_points') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'tranche_points', 'valide_du'],
        ['borne_min', 'borne_max', 'valide_au']
    ) }}
)

select * from final
