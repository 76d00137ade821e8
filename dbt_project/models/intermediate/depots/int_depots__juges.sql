with depots as (
    select * from {{ ref('int_depots__dates') }}
    where flux not like 'parametres/%'
),

anomalies as (
    select
        depot_id,
        sum(nombre_anomalies) filter (where gravite = 'bloquant') as nombre_bloquantes,
        sum(nombre_anomalies) filter (where gravite = 'a_confirmer') as nombre_a_confirmer,
        sum(nombre_anomalies) filter (where gravite = 'information') as nombre_informations
    from {{ ref('int_depots__anomalies') }}
    group by depot_id
),

derniers as (
    select
        *,
        1 - nombre_lignes_rejetees / nullif(nombre_lignes_lues, 0) as part_lignes_valides,
        count(*) over (partition by flux, fournisseur, periode) as nombre_envois
    from depots
    qualify row_number() over (partition by flux, fournisseur, periode order by depot_id desc) = 1
),

final as (
    select
        derniers.*,
        cast(coalesce(anomalies.nombre_bloquantes, 0) as bigint) as nombre_bloquantes,
        cast(coalesce(anomalies.nombre_a_confirmer, 0) as bigint) as nombre_a_confirmer,
        cast(coalesce(anomalies.nombre_informations, 0) as bigint) as nombre_informations,
        lag(derniers.part_lignes_valides ignore nulls) over (
            partition by derniers.flux, derniers.fournisseur, {{ marque_de_cadence('derniers.periode') }}
            order by derniers.premier_jour
        ) as part_lignes_valides_precedente
    from derniers
    left join anomalies on derniers.depot_id = anomalies.depot_id
)

select * from final
