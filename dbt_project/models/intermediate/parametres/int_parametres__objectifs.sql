with deposes as (
    select * from {{ ref('stg_parametres__objectifs') }}
),

exemples as (
    select * from {{ ref('objectifs') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'code_bailleur', 'annee', 'type_objectif'],
        ['taux', 'nombre']
    ) }}
)

select * from final
