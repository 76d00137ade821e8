-- depends_on: {{ ref('stg_grilles__requetes') }}
with dates as (
    select distinct
        demande_id,
        code_epci,
        unnest([date_points, date_precedente, date_suivante]) as date_faits
    from {{ ref('int_scores__confrontes') }}
    where est_comparee
),

-- Le détail ne se calcule qu'aux dates où un score déclaré se compare, et à celles qui les touchent.
faits as ( -- noqa: ST03
    select faits.*
    from {{ ref('int_demandes__faits') }} as faits
    inner join dates
        on
            faits.demande_id = dates.demande_id
            and faits.code_epci = dates.code_epci
            and faits.date_faits = dates.date_faits
),

final as (
    select
        demande_id,
        code_epci,
        date_faits,
        grille_version,
        code as critere,
        max(nature) as nature,
        max(bloc) as bloc,
        cast(sum(points) as decimal(18, 2)) as points
    from grilles_detail('faits')
    group by demande_id, code_epci, date_faits, grille_version, code
)

select * from final
