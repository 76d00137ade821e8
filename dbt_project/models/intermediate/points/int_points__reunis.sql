with scores as (
    select * from {{ ref('int_scores__confrontes') }}
    where est_comparee
),

details as (
    select * from {{ ref('int_demandes__detaillees') }}
),

-- Les codes sous lesquels un critère de la grille peut être livré.
codes as (
    select
        code_epci,
        grille_version,
        demandes,
        critere,
        unnest(codes_declares) as code_declare
    from {{ ref('int_grilles__criteres') }}
),

declares as (
    select
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        scores.date_points,
        coalesce(codes.critere, points.critere) as critere,
        max(points.bloc) as bloc,
        {{ somme_points('true') }} as points_declares
    from scores
    inner join {{ ref('int_points__rattaches') }} as points
        on
            scores.demande_id = points.demande_id
            and scores.code_epci = points.code_epci
            and scores.grille_version = points.grille_version
            and scores.date_points = points.date_points
            and points.critere <> 'TOTAL'
    left join codes
        on
            scores.code_epci = codes.code_epci
            and scores.grille_version_du_jour = codes.grille_version
            and codes.demandes in ('toutes', scores.type_demande)
            and points.critere = codes.code_declare
    group by
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        scores.date_points,
        coalesce(codes.critere, points.critere)
),

recalcules as (
    select
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        scores.date_points,
        details.critere,
        details.bloc,
        details.nature,
        details.points as points_recalcules
    from scores
    inner join details
        on
            scores.demande_id = details.demande_id
            and scores.code_epci = details.code_epci
            and scores.date_points = details.date_faits
            and scores.grille_version_du_jour = details.grille_version
),

-- Un critère compte si l'un des deux côtés lui donne des points.
final as (
    select
        coalesce(declares.demande_id, recalcules.demande_id) as demande_id,
        coalesce(declares.code_epci, recalcules.code_epci) as code_epci,
        coalesce(declares.grille_version, recalcules.grille_version) as grille_version,
        coalesce(declares.date_points, recalcules.date_points) as date_points,
        coalesce(declares.critere, recalcules.critere) as critere,
        coalesce(recalcules.bloc, declares.bloc) as bloc,
        coalesce(recalcules.nature, 'critere') as nature,
        coalesce(declares.points_declares, 0) as points_declares,
        coalesce(recalcules.points_recalcules, 0) as points_recalcules
    from declares
    full outer join recalcules
        on
            declares.demande_id = recalcules.demande_id
            and declares.code_epci = recalcules.code_epci
            and declares.grille_version = recalcules.grille_version
            and declares.date_points = recalcules.date_points
            and declares.critere = recalcules.critere
    where declares.points_declares <> 0 or recalcules.points_recalcules <> 0
)

select * from final
