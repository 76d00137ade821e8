with radiations as (
    select * from {{ ref('int_radiations__qualifiees') }}
),

attribuees as (
    select * from {{ ref('int_radiations__attribuees') }}
),

stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

-- Une sortie par demande et par jour, RADATT d'abord (règle A4) ; une attribution corrigée par une autre,
-- proche et en vigueur, n'est pas une seconde sortie.
sorties as (
    select radiations.*
    from radiations
    left join attribuees on radiations.radiation_id = attribuees.radiation_id
    where radiations.est_annulee or coalesce(attribuees.est_retenue, true)
    qualify row_number() over (
        partition by radiations.demande_id, radiations.date_radiation
        order by
            radiations.motif_radiation = 'RADATT' desc,
            radiations.recu_le desc,
            radiations.date_livraison desc,
            radiations.ligne desc
    ) = 1
),

-- Premier stock livré avec la radiation, ou après elle.
suivants as (
    select
        sorties.radiation_id,
        min(dates.date_stock) as date_stock
    from sorties
    inner join {{ ref('int_stocks__dates') }} as dates on sorties.date_livraison <= dates.date_stock
    group by sorties.radiation_id
),

final as (
    select
        sorties.radiation_id,
        sorties.demande_id,
        sorties.date_radiation,
        sorties.motif_radiation,
        sorties.date_livraison,
        sorties.date_deradiation,
        stocks.demande_id is not null as est_en_stock_a_la_livraison
    from sorties
    left join suivants on sorties.radiation_id = suivants.radiation_id
    left join stocks
        on sorties.demande_id = stocks.demande_id and suivants.date_stock = stocks.date_stock
)

select * from final
