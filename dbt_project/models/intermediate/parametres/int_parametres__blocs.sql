with deposes as (
    select * from {{ ref('stg_parametres__blocs') }}
),

exemples as (
    select * from {{ ref('blocs_criteres') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'grille', 'version', 'critere'],
        ['bloc']
    ) }}
)

select * from final
