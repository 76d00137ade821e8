with anomalies as (
    select * from {{ ref('int_depots__anomalies') }}
),

final as (
    select
        depot_id,
        code_anomalie,
        gravite,
        colonne,
        flux,
        periode,
        fournisseur,
        est_en_vigueur,
        etape,
        nombre_anomalies,
        part_lignes,
        explication
    from anomalies
)

select * from final
