{%- set cles = ['periode', 'code_epci', 'type_lieu', 'code_lieu'] -%}
with livres as (
    select * from {{ ref('int_guichets__retenus') }}
),

trimestres as (
    select * from livres
    where contains(periode, 'T')
),

semestres_formes as (
    {{ somme_des_moities(
        'trimestres',
        "left(periode, 5) || 'S' || ((cast(right(periode, 1) as integer) + 1) // 2)"
    ) }}
),

-- Une période livrée l'emporte sur la somme de ses moitiés.
semestres as (
    select * from livres
    where contains(periode, 'S')
    union all
    select semestres_formes.*
    from semestres_formes
    anti join livres on {{ memes_cles('semestres_formes', 'livres', cles) }}
),

annees_formees as (
    {{ somme_des_moities('semestres', 'left(periode, 4)') }}
),

final as (
    select * from trimestres
    union all
    select * from semestres
    union all
    select * from livres
    where length(periode) = 4
    union all
    select annees_formees.*
    from annees_formees
    anti join livres on {{ memes_cles('annees_formees', 'livres', cles) }}
)

select * from final
