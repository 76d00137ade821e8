with scores as (
    select * from {{ ref('int_scores__recenses') }}
),

-- Centiles discrets : des points égaux tombent toujours dans la même classe (règle C6).
final as (
    select
        periode,
        code_epci,
        grille_version,
        percentile_disc(0.25) within group (order by points) as p25,
        percentile_disc(0.5) within group (order by points) as p50,
        percentile_disc(0.75) within group (order by points) as p75,
        count(*) as nombre_demandes,
        count(distinct points) < 4 as est_moins_de_quatre_valeurs
    from scores
    group by periode, code_epci, grille_version
)

select * from final
