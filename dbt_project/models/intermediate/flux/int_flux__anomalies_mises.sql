with mises as (
    select
        vacances.*,
        localisees.localisation_qpv
    from {{ ref('int_mises__vacances') }} as vacances
    inner join {{ ref('int_mises__localisees') }} as localisees on vacances.mise_id = localisees.mise_id
),

attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
),

promis as (
    select
        annee,
        code_bailleur,
        code_reservataire,
        max(code_organisme) <> 'non_renseigne' and count(*) > 1 as a_plusieurs_organismes
    from {{ ref('int_conventions__retenues') }}
    group by annee, code_bailleur, code_reservataire
),

engages as (
    select distinct
        annee,
        code_bailleur
    from {{ ref('int_conventions__retenues') }}
),

-- L'attribution du logement la plus proche de son bail (règle B3).
rapprochees as (
    select
        mises.mise_id,
        attributions.code_reservataire as code_reservataire_bail
    from mises
    inner join attributions
        on
            mises.logement_id = attributions.logement_id
            and {{ sont_proches('mises.date_bail_valide', 'attributions.date_attribution') }}
    qualify row_number() over (
        partition by mises.mise_id
        order by
            abs(mises.date_bail_valide - attributions.date_attribution) asc, attributions.attribution_id asc
    ) = 1
),

examinees as (
    select
        year(mises.date_mise_a_disposition) as annee,
        mises.code_epci,
        mises.code_bailleur,
        coalesce(mises.code_reservataire, 'sans_reservataire') as code_reservataire,
        mises.est_en_flux = false and mises.nature_flux in ('oriente', 'non_oriente') as hors_flux_sans_motif,
        mises.est_en_flux and mises.motif_hors_flux is not null as motif_en_flux,
        mises.code_reservataire is null and mises.code_reservataire_livre is not null
            as soustrait_avec_reservataire,
        mises.est_dans_deux_flux as dans_deux_flux,
        mises.est_bail_premature as bail_premature,
        (mises.issue = 'BAIL' and mises.date_bail is null)
        or (mises.issue = 'RENDU' and mises.date_retour is null)
            as issue_sans_date,
        mises.est_premiere_mise_en_location is null as premiere_location_inconnue,
        'non_renseigne' in (
            mises.typologie, mises.financement, mises.localisation_qpv, mises.periode_construction
        ) as caracteristiques_inconnues,
        mises.nature_flux = 'oriente' and mises.code_reservataire_rpls <> mises.code_reservataire_livre
            as reservataire_autre_au_rpls,
        nullif(rapprochees.code_reservataire_bail, 'non_renseigne') <> mises.code_reservataire
            as reservataire_autre_au_bail,
        mises.code_organisme_reservataire is null and promis.a_plusieurs_organismes as organisme_inconnu,
        engages.annee is not null and promis.annee is null and mises.code_reservataire <> 'AUCUN'
            as reservataire_sans_convention
    from mises
    left join rapprochees on mises.mise_id = rapprochees.mise_id
    left join promis
        on
            year(mises.date_mise_a_disposition) = promis.annee
            and mises.code_bailleur = promis.code_bailleur
            and mises.code_reservataire = promis.code_reservataire
    left join engages
        on
            year(mises.date_mise_a_disposition) = engages.annee
            and mises.code_bailleur = engages.code_bailleur
),

relevees as (
    unpivot examinees
    on
    hors_flux_sans_motif,
    motif_en_flux,
    soustrait_avec_reservataire,
    dans_deux_flux,
    bail_premature,
    issue_sans_date,
    premiere_location_inconnue,
    caracteristiques_inconnues,
    reservataire_autre_au_rpls,
    reservataire_autre_au_bail,
    organisme_inconnu,
    reservataire_sans_convention
    into name nature_anomalie value est_anormale
),

final as (
    select
        annee,
        code_epci,
        code_bailleur,
        code_reservataire,
        nature_anomalie,
        count(*) as nombre
    from relevees
    where est_anormale
    group by all
)

select * from final
