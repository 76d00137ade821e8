with periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

depots as (
    select * from {{ ref('int_depots__comptes') }}
    where flux = 'sne/radiations'
),

trimestres as (
    select
        periodes.premier_jour,
        periodes.dernier_jour,
        coalesce(depots.nombre_depots_recus >= depots.nombre_depots_attendus, false) as est_complet
    from periodes
    left join depots on periodes.periode = depots.periode
    where periodes.cadence = 'trimestre'
),

-- Douze mois complets : le SNE a livré les radiations de chacun des quatre trimestres (règles B13, B14, F4).
final as (
    select
        periodes.periode,
        periodes.dernier_jour,
        cast(periodes.dernier_jour + 1 - interval 1 year as date) as premier_jour,
        count(*) filter (where trimestres.est_complet) = 4 as est_complete
    from periodes
    left join trimestres
        on
            periodes.dernier_jour >= trimestres.dernier_jour
            and trimestres.premier_jour >= cast(periodes.dernier_jour + 1 - interval 1 year as date)
    group by periodes.periode, periodes.dernier_jour
)

select * from final
