with scores as (
    select
        demande_id,
        code_epci,
        grille_version,
        date_points,
        points,
        lead(date_points) over (
            partition by demande_id, code_epci
            order by date_points, grille_version
        ) as date_points_suivante
    from {{ ref('int_scores__sommes') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

epci as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

-- Ménages du territoire, cotés avant la fin de la période et pas sortis avant son début, chacun une fois par
-- version de grille, avec son dernier score (règles C3, C5). Un score remplacé avant la période n'y est plus.
final as (
    select
        periodes.periode,
        scores.code_epci,
        scores.grille_version,
        scores.demande_id,
        scores.points
    from scores
    inner join epci on scores.code_epci = epci.code_epci
    inner join periodes
        on
            scores.date_points <= periodes.dernier_jour
            and (scores.date_points_suivante is null or scores.date_points_suivante > periodes.premier_jour)
    left join demandes on scores.demande_id = demandes.demande_id
    where
        coalesce(demandes.est_menage, true)
        and (demandes.date_fin is null or demandes.date_fin >= periodes.premier_jour)
    qualify row_number() over (
        partition by periodes.periode, scores.code_epci, scores.grille_version, scores.demande_id
        order by scores.date_points desc
    ) = 1
)

select * from final
