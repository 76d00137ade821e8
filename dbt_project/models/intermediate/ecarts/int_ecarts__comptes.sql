with ecarts as (
    select * from {{ ref('int_ecarts__reunis') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

final as (
    select
        periodes.periode,
        ecarts.code_epci,
        ecarts.nature_ecart,
        count(*) as nombre_ecarts
    from ecarts
    inner join periodes on ecarts.date_ecart between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, ecarts.code_epci, ecarts.nature_ecart
)

select * from final
