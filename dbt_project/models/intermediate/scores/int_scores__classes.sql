with scores as (
    select * from {{ ref('int_scores__recenses') }}
),

bornes as (
    select * from {{ ref('int_scores__bornes') }}
),

quartiles (quartile_cotation) as (
    values ('C1'), ('C2'), ('C3'), ('C4')
),

effectifs as (
    select
        scores.periode,
        scores.code_epci,
        scores.grille_version,
        {{ quartile_cotation('scores.points', 'bornes.p25', 'bornes.p50', 'bornes.p75') }}
            as quartile_cotation,
        min(scores.points) as points_min,
        max(scores.points) as points_max,
        count(*) as nombre_demandes,
        count(*) filter (where scores.est_score_ancien) as nombre_scores_anciens
    from scores
    inner join bornes
        on
            scores.periode = bornes.periode
            and scores.code_epci = bornes.code_epci
            and scores.grille_version = bornes.grille_version
    group by scores.periode, scores.code_epci, scores.grille_version, quartile_cotation
),

-- Une classe peut être vide : elle garde sa ligne.
final as (
    select
        bornes.periode,
        bornes.code_epci,
        bornes.grille_version,
        quartiles.quartile_cotation,
        effectifs.points_min,
        effectifs.points_max,
        coalesce(effectifs.nombre_demandes, 0) as nombre_demandes,
        coalesce(effectifs.nombre_scores_anciens, 0) as nombre_scores_anciens,
        bornes.nombre_demandes as nombre_demandes_ensemble,
        bornes.est_moins_de_quatre_valeurs,
        count(*) over (
            partition by bornes.periode, bornes.code_epci, quartiles.quartile_cotation
        ) as nombre_versions
    from bornes
    cross join quartiles
    left join effectifs
        on
            bornes.periode = effectifs.periode
            and bornes.code_epci = effectifs.code_epci
            and bornes.grille_version = effectifs.grille_version
            and quartiles.quartile_cotation = effectifs.quartile_cotation
)

select * from final
