with candidatures as (
    select * from {{ ref('int_candidatures__retenues') }}
),

scores as (
    select * from {{ ref('int_scores__sommes') }}
),

-- Le dernier score à la date de la séance, dans l'EPCI du logement (règles C1, C2).
final as (
    select
        candidatures.*,
        scores.date_points,
        scores.grille_version,
        scores.points,
        scores.points is not null as est_cotee
    from candidatures
    left join scores
        on
            candidatures.demande_id = scores.demande_id
            and candidatures.code_epci = scores.code_epci
            and candidatures.date_seance >= scores.date_points
    qualify row_number() over (
        partition by candidatures.candidature_id
        order by scores.date_points desc nulls last, scores.grille_version desc
    ) = 1
)

select * from final
