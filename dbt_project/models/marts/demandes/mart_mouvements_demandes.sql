with mouvements as (
    select * from {{ ref('int_mouvements__cumules') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'demandes'
),

final as (
    select
        mouvements.periode,
        mouvements.code_epci,
        mouvements.nombre_demandes_debut,
        mouvements.nombre_nouvelles,
        mouvements.nombre_reactivees,
        mouvements.nombre_entrees_tardives,
        mouvements.nombre_entrees_territoire,
        mouvements.nombre_sorties_attribution,
        mouvements.nombre_sorties_abandon,
        mouvements.nombre_sorties_irrecevabilite,
        mouvements.nombre_sorties_contact,
        mouvements.nombre_sorties_non_renouvellement,
        mouvements.nombre_sorties_sans_motif,
        mouvements.nombre_sorties_territoire,
        mouvements.nombre_demandes_fin,
        mouvements.nombre_renouvellements_deduits,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from mouvements
    inner join metadonnees
        on mouvements.periode = metadonnees.periode and mouvements.code_epci = metadonnees.code_epci
)

select * from final
