with source as (
    select * from {{ source('registre', 'controles') }}
),

final as (
    select
        cast(depot_id as bigint) as depot_id,
        {{ texte('code') }} as code_controle,
        {{ texte('type') }} as type_controle,
        {{ texte('colonne') }} as colonne,
        {{ texte('severite') }} as severite,
        {{ texte('description') }} as description,
        cast(succes as boolean) as est_reussi,
        cast(lignes_controlees as bigint) as nombre_lignes_controlees,
        cast(lignes_en_defaut as bigint) as nombre_lignes_en_defaut,
        cast(lignes as bigint[]) as numeros_lignes
    from source
)

select * from final
