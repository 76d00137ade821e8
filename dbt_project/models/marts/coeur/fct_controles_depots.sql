with controles as (
    select * from {{ ref('int_depots__controles') }}
),

final as (
    select
        depot_id,
        code_controle,
        flux,
        periode,
        fournisseur,
        est_en_vigueur,
        type_controle,
        colonne,
        severite,
        description,
        est_reussi,
        nombre_lignes_controlees,
        nombre_lignes_en_defaut,
        numeros_lignes
    from controles
)

select * from final
