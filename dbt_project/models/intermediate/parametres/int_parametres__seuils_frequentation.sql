with deposes as (
    select * from {{ ref('stg_parametres__seuils_frequentation') }}
),

exemples as (
    select * from {{ ref('seuils_frequentation') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_epci', 'type_lieu', 'valide_du'],
        ['valide_au', 'seuil_baisse']
    ) }}
)

select * from final
