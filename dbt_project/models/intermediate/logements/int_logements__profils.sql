with profils as (
    select
        periode,
        code_epci,
        localisation_qpv,
        'ensemble' as ensemble,
        code_commune as commune,
        typologie,
        periode_construction,
        type_construction,
        etiquette_energie,
        count(*) as nombre_logements
    from {{ ref('int_logements__localises') }}
    where code_epci <> 'hors_territoire'
    group by all
),

declines as (
    unpivot profils
    on ensemble, commune, typologie, periode_construction, type_construction, etiquette_energie
    into name axe value modalite
),

final as (
    select
        periode,
        code_epci,
        localisation_qpv,
        axe,
        modalite,
        cast(sum(nombre_logements) as bigint) as nombre_logements
    from declines
    group by periode, code_epci, localisation_qpv, axe, modalite
)

select * from final
