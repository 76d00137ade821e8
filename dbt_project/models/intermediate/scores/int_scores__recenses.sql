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

-- En cours à un moment de la période (règle A16), jusqu'à sa sortie ou au dernier jour (règle C1).
presentes as (
    select
        presences.demande_id,
        periodes.periode,
        max(least(presences.date_sortie, periodes.dernier_jour)) as dernier_jour
    from {{ ref('int_presences__delimitees') }} as presences
    inner join periodes
        on
            presences.date_entree <= periodes.dernier_jour
            and coalesce(presences.date_sortie >= periodes.premier_jour, true)
    group by presences.demande_id, periodes.periode
),

epci as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

-- Ménages du territoire, cotés avant la fin de la période et en cours à un moment d'elle (règle A16), chacun
-- une fois par version de grille, avec son dernier score (règles C3, C5). Remplacé avant, il n'y est plus.
final as (
    select
        periodes.periode,
        scores.code_epci,
        scores.grille_version,
        scores.demande_id,
        scores.points,
        -- Vu à la sortie, au remplacement par une autre version de grille, ou au dernier jour de la période.
        {{ est_score_ancien(
            'scores.date_points',
            'least(presentes.dernier_jour, scores.date_points_suivante, periodes.dernier_jour)'
        ) }} as est_score_ancien
    from scores
    inner join epci on scores.code_epci = epci.code_epci
    inner join periodes
        on
            scores.date_points <= periodes.dernier_jour
            and (scores.date_points_suivante is null or scores.date_points_suivante > periodes.premier_jour)
    left join demandes on scores.demande_id = demandes.demande_id
    left join presentes
        on scores.demande_id = presentes.demande_id and periodes.periode = presentes.periode
    where
        coalesce(demandes.est_menage, true)
        -- Inconnue du SNE : présumée en cours.
        and (demandes.demande_id is null or presentes.demande_id is not null)
    qualify row_number() over (
        partition by periodes.periode, scores.code_epci, scores.grille_version, scores.demande_id
        order by scores.date_points desc
    ) = 1
)

select * from final
