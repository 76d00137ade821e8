with propositions as (
    select * from {{ ref('int_propositions__retenues') }}
),

final as (
    select
        proposition_id,
        demande_id,
        code_bailleur,
        logement_id,
        code_epci,
        code_commune,
        etat,
        date_creation,
        date_commission,
        date_reponse,
        date_limite,
        date_bail,
        date_entree,
        delai_reponse_jours,
        motif_refus,
        decision,
        code_reservataire,
        taux_effort,
        est_en_flux,
        motif_hors_flux
    from propositions
)

select * from final
