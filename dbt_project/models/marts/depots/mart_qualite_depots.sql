with depots as (
    select * from {{ ref('int_depots__juges') }}
),

attendus as (
    select * from {{ ref('int_depots__attendus') }}
),

final as (
    select
        depots.periode,
        depots.flux,
        depots.fournisseur,
        depots.decision,
        depots.nombre_envois,
        depots.nombre_lignes_lues,
        depots.nombre_lignes_acceptees,
        depots.nombre_lignes_rejetees,
        depots.nombre_lignes_ignorees,
        depots.nombre_bloquantes,
        depots.nombre_a_confirmer,
        depots.nombre_informations,
        depots.part_lignes_valides,
        depots.part_lignes_valides_precedente,
        depots.part_lignes_valides - depots.part_lignes_valides_precedente as evolution_part_lignes_valides,
        depots.dernier_jour as arrete_au,
        attendus.completude,
        coalesce(attendus.rupture_qpv, false) as rupture_qpv
    from depots
    left join attendus
        on
            depots.periode = attendus.periode
            and depots.flux = attendus.flux
            and depots.fournisseur = attendus.fournisseur
)

select * from final
