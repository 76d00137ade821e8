with source as (
    select * from {{ source('registre', 'anomalies') }}
),

final as (
    select
        cast(depot_id as bigint) as depot_id,
        {{ texte('code') }} as code_anomalie,
        {{ texte('gravite') }} as gravite,
        {{ texte('etape') }} as etape,
        coalesce({{ texte('colonne') }}, '') as colonne,
        cast(nombre as bigint) as nombre_anomalies,
        cast(part_lignes as double) as part_lignes,
        {{ texte('explication') }} as explication
    from source
)

select * from final
