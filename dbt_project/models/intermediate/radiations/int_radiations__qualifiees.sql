with livrees as (
    select * from {{ ref('stg_sne__radiations') }}
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
    select distinct
        demande_id,
        date_radiation
    from dernieres
),

final as (
    select
        md5(concat_ws('|', radiations.demande_id, radiations.date_radiation, radiations.motif_radiation))
            as radiation_id,
        radiations.*,
        annulees.demande_id is not null as est_annulee
    from radiations
    left join annulees
        on
            radiations.demande_id = annulees.demande_id
            and radiations.date_radiation = annulees.date_radiation
)

select * from final
