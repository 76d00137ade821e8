with scores as (
    select * from {{ ref('int_scores__sommes') }}
),

final as (
    select
        demande_id,
        code_epci,
        grille_version,
        date_points,
        points,
        points_total_livre,
        est_total_different,
        nombre_criteres,
        points_priorites_nationales,
        points_priorites_locales,
        points_historique,
        sous_groupe
    from scores
)

select * from final
