with controles as (
    select * from {{ ref('stg_registre__controles') }}
),

depots as (
    select * from {{ ref('int_depots__dates') }}
),

final as (
    select
        controles.*,
        depots.flux,
        depots.periode,
        depots.fournisseur,
        depots.est_en_vigueur
    from controles
    inner join depots on controles.depot_id = depots.depot_id
)

select * from final
