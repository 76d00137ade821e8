with depots as (
    select * from {{ ref('int_depots__attendus') }}
),

final as (
    select
        periode,
        flux,
        fournisseur,
        cast(nombre_attendus as bigint) as nombre_attendus,
        nombre_recus,
        nombre_acceptes,
        nombre_refuses,
        arrete_au,
        completude,
        rupture_qpv
    from depots
)

select * from final
