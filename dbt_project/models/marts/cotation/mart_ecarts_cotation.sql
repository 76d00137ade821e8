with periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

scores as (
    select * from {{ ref('int_scores__confrontes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'demandes_cotees'
),

-- Le dernier score déclaré de la période, par version.
retenus as (
    select
        periodes.periode,
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        max(scores.date_points) as date_points
    from scores
    inner join periodes on scores.date_points between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, scores.demande_id, scores.code_epci, scores.grille_version
),

populations as (
    select
        periode,
        code_epci,
        grille_version,
        count(*) as nombre_demandes
    from retenus
    group by periode, code_epci, grille_version
),

agregees as (
    select
        retenus.periode,
        retenus.code_epci,
        retenus.grille_version,
        points.critere,
        {{ modalite_ou_ensemble('points.cause') }} as cause,
        min(points.bloc) as bloc,
        count(*) as nombre_demandes_comparees,
        count(*) filter (where points.points_declares = points.points_recalcules) as nombre_demandes_egales,
        count(*) filter (where points.points_declares <> points.points_recalcules)
            as nombre_demandes_differentes,
        cast(sum(points.points_declares) as decimal(18, 2)) as points_declares_somme,
        cast(sum(points.points_recalcules) as decimal(18, 2)) as points_recalcules_somme
    from retenus
    inner join {{ ref('int_points__compares') }} as points
        on
            retenus.demande_id = points.demande_id
            and retenus.code_epci = points.code_epci
            and retenus.grille_version = points.grille_version
            and retenus.date_points = points.date_points
    group by
        retenus.periode,
        retenus.code_epci,
        retenus.grille_version,
        points.critere,
        rollup (points.cause)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.grille_version,
        agregees.critere,
        agregees.bloc,
        agregees.cause,
        populations.nombre_demandes as nombre_demandes_declarees,
        agregees.nombre_demandes_comparees,
        agregees.nombre_demandes_egales,
        agregees.nombre_demandes_differentes,
        agregees.points_declares_somme,
        agregees.points_recalcules_somme,
        cast(agregees.points_declares_somme - agregees.points_recalcules_somme as double precision)
        / nullif(agregees.nombre_demandes_differentes, 0) as ecart_points_moyen,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join populations
        on
            agregees.periode = populations.periode
            and agregees.code_epci = populations.code_epci
            and agregees.grille_version = populations.grille_version
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
