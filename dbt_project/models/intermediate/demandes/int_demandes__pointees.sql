with stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

dates as (
    select * from {{ ref('int_stocks__dates') }}
),

radiations as (
    select * from {{ ref('int_radiations__retenues') }}
),

-- Stocks en retard sur une radiation (règle A3), ou contredits par RADATT dans la même livraison (règle A4).
contredits as (
    select distinct
        stocks.demande_id,
        stocks.date_stock
    from stocks
    inner join radiations
        on stocks.demande_id = radiations.demande_id and stocks.date_stock >= radiations.date_radiation
    where
        coalesce(stocks.date_stock < radiations.date_deradiation, true)
        and case
            when radiations.motif_radiation = 'RADATT' then stocks.date_stock <= radiations.date_livraison
            when radiations.date_deradiation is not null then stocks.date_stock < radiations.date_livraison
            else stocks.date_stock < radiations.date_livraison and not radiations.est_en_stock_a_la_livraison
        end
),

presences as (
    select
        stocks.demande_id,
        stocks.date_stock as jour,
        stocks.rang_stock + 1 as rang_suivant
    from stocks
    anti join contredits
        on stocks.demande_id = contredits.demande_id and stocks.date_stock = contredits.date_stock
),

deradiations as (
    select
        radiations.demande_id,
        radiations.date_deradiation as jour,
        min(dates.rang_stock) as rang_suivant
    from radiations
    left join dates on radiations.date_deradiation <= dates.date_stock
    where radiations.date_deradiation is not null
    group by radiations.demande_id, radiations.date_deradiation
),

-- Absente du stock qui suit (règle A8).
absences as (
    select distinct
        attendues.demande_id,
        dates.date_stock as jour
    from (
        select * from presences
        union all
        select * from deradiations
    ) as attendues
    inner join dates on attendues.rang_suivant = dates.rang_stock
    anti join stocks
        on attendues.demande_id = stocks.demande_id and attendues.rang_suivant = stocks.rang_stock
),

reunis as (
    select
        demande_id,
        date_radiation as jour,
        1 as ordre,
        'radiation' as nature,
        motif_radiation
    from radiations
    {{ point_sans_motif('deradiation', 2) }}
    {{ point_sans_motif('presence', 3) }}
    {{ point_sans_motif('absence', 3) }}
),

-- Radiée avant ou après une absence : la radiation date la sortie, l'absence ne compte pas (règles A1, A2).
utiles as (
    select * from reunis
    qualify
        nature <> 'absence'
        or (
            lag(nature) over (partition by demande_id order by jour, ordre) <> 'radiation'
            and lead(nature, 1, 'fin') over (partition by demande_id order by jour, ordre) <> 'radiation'
        )
),

final as (
    select
        demande_id,
        row_number() over (partition by demande_id order by jour, ordre) as rang,
        jour,
        nature,
        motif_radiation,
        lag(nature) over (partition by demande_id order by jour, ordre) as nature_precedente,
        lag(jour) over (partition by demande_id order by jour, ordre) as jour_precedent
    from utiles
)

select * from final
