with deposes as (
    select * from {{ ref('stg_parametres__dal') }}
),

exemples as (
    select * from {{ ref('dal') }}
    where {{ parametre_retenu() }}
),

final as (
    {{ parametre_en_vigueur(
        'deposes',
        'exemples',
        ['code_departement', 'valide_du'],
        ['delai_mois', 'valide_au']
    ) }}
)

select * from final
