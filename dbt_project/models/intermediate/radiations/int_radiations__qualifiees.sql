with livrees as (
    select
        *,
        {{ dernier_jour_periode('periode') }} as date_livraison
    from {{ ref('stg_sne__radiations') }}
),

stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

dedoublonnees as (
    select * from livrees
    qualify row_number() over (
        partition by demande_id, date_radiation, motif_radiation
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

-- Sans motif : « déradiation », qui annule la dernière radiation (règle R0.7).
radiations as (
    select * from dedoublonnees
    where motif_radiation is not null
),

dernieres as (
    select
        deradiations.demande_id,
        deradiations.date_radiation as date_deradiation,
        max(radiations.date_radiation) as date_radiation
    from dedoublonnees as deradiations
    inner join radiations
        on
            deradiations.demande_id = radiations.demande_id
            and deradiations.date_radiation >= radiations.date_radiation
    where deradiations.motif_radiation is null
    group by deradiations.demande_id, deradiations.date_radiation
),

annulees as (
    select
        demande_id,
        date_radiation,
        min(date_deradiation) as date_deradiation
    from dernieres
    group by demande_id, date_radiation
),

-- De nouveau en stock : réactivée (règles A3, B5). RADATT l'emporte sur le stock de sa livraison (règle A4).
revenues as (
    select distinct
        radiations.demande_id,
        radiations.date_radiation,
        radiations.motif_radiation
    from radiations
    inner join stocks
        on
            radiations.demande_id = stocks.demande_id
            and radiations.date_radiation <= stocks.date_stock
            and radiations.date_livraison <= stocks.date_stock
    where radiations.motif_radiation <> 'RADATT' or radiations.date_livraison < stocks.date_stock
),

final as (
    select
        md5(concat_ws('|', radiations.demande_id, radiations.date_radiation, radiations.motif_radiation))
            as radiation_id,
        radiations.*,
        annulees.date_deradiation,
        annulees.demande_id is not null or revenues.demande_id is not null as est_annulee
    from radiations
    left join annulees
        on
            radiations.demande_id = annulees.demande_id
            and radiations.date_radiation = annulees.date_radiation
    left join revenues
        on
            radiations.demande_id = revenues.demande_id
            and radiations.date_radiation = revenues.date_radiation
            and radiations.motif_radiation = revenues.motif_radiation
)

select * from final
