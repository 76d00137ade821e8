with candidatures as (
    select * from {{ ref('int_candidatures__cotees') }}
),

final as (
    select
        candidature_id,
        commission_id,
        date_seance,
        demande_id,
        code_bailleur,
        logement_id,
        code_epci,
        code_commune,
        rang,
        nombre_candidats,
        decision,
        motif_decision,
        code_reservataire,
        taux_effort,
        a_bail_signe,
        est_cotee,
        date_points,
        grille_version,
        points
    from candidatures
)

select * from final
