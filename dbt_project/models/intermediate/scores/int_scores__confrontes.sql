-- Le dernier score déclaré de chaque trimestre : toute période finit par l'un d'eux.
with declares as (
    select
        demande_id,
        code_epci,
        grille_version,
        date_points,
        points
    from {{ ref('int_scores__sommes') }}
    qualify row_number() over (
        partition by demande_id, code_epci, grille_version, date_trunc('quarter', date_points)
        order by date_points desc
    ) = 1
),

reperes as (
    select
        demande_id,
        code_epci,
        date_faits,
        type_demande,
        lag(date_faits) over ordre as date_precedente,
        lead(date_faits) over ordre as date_suivante
    from {{ ref('int_demandes__faits') }}
    window ordre as (partition by demande_id, code_epci order by date_faits)
),

recotees as (
    select * from {{ ref('int_demandes__recotees') }}
    where statut = 'en_vigueur'
),

final as (
    select
        declares.demande_id,
        declares.code_epci,
        declares.grille_version,
        declares.date_points,
        declares.points as points_declares,
        reperes.type_demande,
        reperes.date_precedente,
        reperes.date_suivante,
        recotees.grille_version as grille_version_du_jour,
        recotees.points_provisoires as points_recalcules,
        recotees.masque_inconnus,
        recotees.masque_non_disponibles,
        recotees.grille_version is not null as est_comparee
    from declares
    left join reperes
        on
            declares.demande_id = reperes.demande_id
            and declares.code_epci = reperes.code_epci
            and declares.date_points = reperes.date_faits
    left join recotees
        on
            declares.demande_id = recotees.demande_id
            and declares.code_epci = recotees.code_epci
            and declares.date_points = recotees.date_faits
)

select * from final
