with ecarts as (
    select * from {{ ref('int_ecarts__comptes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'attributions'
),

-- Hors du territoire ou de commune inconnue, un écart reste listé sans être compté ici.
final as (
    select
        ecarts.periode,
        ecarts.code_epci,
        ecarts.nature_ecart,
        ecarts.nombre_ecarts,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from ecarts
    inner join metadonnees
        on ecarts.periode = metadonnees.periode and ecarts.code_epci = metadonnees.code_epci
)

select * from final
