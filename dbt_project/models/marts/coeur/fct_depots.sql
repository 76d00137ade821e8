with depots as (
    select * from {{ ref('int_depots__dates') }}
),

final as (
    select
        depot_id,
        flux,
        periode,
        fournisseur,
        fichier,
        empreinte,
        taille_octets,
        recu_le,
        traite_le,
        nombre_lignes_lues,
        nombre_lignes_acceptees,
        nombre_lignes_rejetees,
        nombre_lignes_ignorees,
        decision,
        motifs,
        est_en_vigueur,
        version_schema,
        version_code
    from depots
)

select * from final
