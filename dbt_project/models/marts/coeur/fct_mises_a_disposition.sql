with mises as (
    select * from {{ ref('int_mises__vacances') }}
),

localisees as (
    select * from {{ ref('int_mises__localisees') }}
),

final as (
    select
        mises.mise_id,
        mises.vacance_id,
        mises.code_bailleur,
        mises.logement_id,
        mises.code_epci,
        mises.code_commune,
        mises.typologie,
        mises.financement,
        localisees.localisation_qpv,
        mises.periode_construction,
        mises.date_mise_a_disposition,
        mises.date_vacance,
        mises.est_comptee_assiette,
        mises.est_premiere_mise_en_location,
        mises.nature_flux,
        mises.est_en_flux,
        mises.motif_hors_flux,
        mises.code_reservataire,
        mises.code_organisme_reservataire,
        mises.nombre_proposes,
        mises.date_proposition,
        mises.date_attribution,
        mises.date_bail,
        mises.date_retour,
        mises.issue,
        mises.est_bail_premature,
        mises.est_dans_deux_flux
    from mises
    inner join localisees on mises.mise_id = localisees.mise_id
)

select * from final
