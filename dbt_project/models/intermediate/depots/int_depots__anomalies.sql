with anomalies as (
    select * from {{ ref('stg_registre__anomalies') }}
),

depots as (
    select * from {{ ref('int_depots__dates') }}
),

final as (
    select
        anomalies.*,
        depots.flux,
        depots.periode,
        depots.fournisseur,
        depots.est_en_vigueur
    from anomalies
    inner join depots on anomalies.depot_id = depots.depot_id
)

select * from final
