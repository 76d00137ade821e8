with classes as (
    select * from {{ ref('int_scores__classes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'cotation'
),

final as (
    select
        classes.periode,
        classes.code_epci,
        classes.grille_version,
        classes.quartile_cotation,
        classes.points_min,
        classes.points_max,
        classes.nombre_demandes,
        cast(classes.nombre_demandes as double precision) / classes.nombre_demandes_ensemble as part_demandes,
        cast(classes.nombre_scores_anciens as double precision) / nullif(classes.nombre_demandes, 0)
            as part_scores_anciens,
        classes.est_moins_de_quatre_valeurs,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from classes
    inner join metadonnees
        on classes.periode = metadonnees.periode and classes.code_epci = metadonnees.code_epci
)

select * from final
