with logements as (
    select * from {{ ref('int_logements__repertories') }}
),

final as (
    select
        organisme_id,
        logement_interne_id,
        logement_id,
        millesime,
        code_bailleur,
        code_epci,
        code_commune,
        type_construction,
        nombre_pieces,
        typologie,
        surface_m2,
        annee_construction,
        periode_construction,
        annee_premiere_location,
        annee_entree_patrimoine,
        code_financement,
        est_conventionne,
        etiquette_energie,
        mode_occupation,
        localisation_qpv,
        code_reservataire,
        est_gere_en_flux,
        montant_loyer_principal_eur,
        date_depart_dernier_locataire,
        est_sorti_du_parc
    from logements
)

select * from final
