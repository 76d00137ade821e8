with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

-- Les demandes que le SNE tient pour en cours au dernier jour de chaque trimestre.
en_cours as (
    select
        demande_id,
        date_trunc('quarter', dernier_jour) as trimestre
    from {{ ref('int_demandes__etats') }}
    where est_active
),

-- Une colonne par nature d'écart : vraie si l'attribution le présente, vide si une source se tait.
examinees as (
    select
        attributions.attribution_id,
        attributions.demande_id,
        attributions.code_epci,
        attributions.date_attribution as date_ecart,
        baux.periode as periode_bailleur,
        baux.fournisseur as fournisseur_bailleur,
        baux.ligne as ligne_bailleur,
        radiations.periode as periode_sne,
        radiations.fournisseur as fournisseur_sne,
        radiations.ligne as ligne_sne,
        baux.date_bail_valide <> radiations.date_radiation as date_attribution,
        baux.bail_id is not null and baux.date_bail_valide is null as date_bail_inutilisable,
        baux.logement_id <> radiations.logement_id as logement,
        baux.code_commune <> radiations.code_commune_attribuee as commune,
        baux.code_bailleur <> radiations.code_bailleur as bailleur,
        baux.code_reservataire <> radiations.code_reservataire as reservataire,
        attributions.code_commune_rpls <> attributions.code_commune as commune_rpls,
        attributions.code_reservataire_rpls <> coalesce(baux.code_reservataire, radiations.code_reservataire)
            as reservataire_rpls,
        attributions.est_typologie_discordante as typologie,
        attributions.est_qpv_discordant as localisation_qpv,
        attributions.est_code_qpv_inconnu as code_qpv_inconnu,
        attributions.quartile_ressources <> 'non_renseigne'
        and attributions.est_premier_quartile_bailleur <> (attributions.quartile_ressources = 'R1')
            as premier_quartile,
        radiations.delai_attribution_jours <> radiations.date_radiation - attributions.date_premier_depot
            as delai_sne,
        demandes.est_remise_a_zero as premier_depot_remis_a_zero,
        radiations.est_annulee as radiation_annulee_bail_signe,
        -- Le bail compte, le stock reste celui du SNE (règle A13).
        attributions.bail_id is not null and en_cours.demande_id is not null as bail_demande_en_cours,
        attributions.source_attribution = 'bailleur' as sans_radiation_sne,
        attributions.source_attribution = 'sne' as sans_bail_bailleur
    from attributions
    left join baux on attributions.bail_id = baux.bail_id
    left join radiations on attributions.radiation_id = radiations.radiation_id
    left join demandes on attributions.demande_id = demandes.demande_id
    left join en_cours
        on
            attributions.demande_id = en_cours.demande_id
            and date_trunc('quarter', attributions.date_attribution) = en_cours.trimestre
),

relevees as (
    unpivot examinees
    on
    date_attribution,
    date_bail_inutilisable,
    logement,
    commune,
    bailleur,
    reservataire,
    commune_rpls,
    reservataire_rpls,
    typologie,
    localisation_qpv,
    code_qpv_inconnu,
    premier_quartile,
    delai_sne,
    premier_depot_remis_a_zero,
    radiation_annulee_bail_signe,
    bail_demande_en_cours,
    sans_radiation_sne,
    sans_bail_bailleur
    into name nature_ecart value est_en_ecart
),

final as (
    select
        md5(nature_ecart || '|' || attribution_id) as ecart_id,
        nature_ecart,
        attribution_id,
        demande_id,
        code_epci,
        date_ecart,
        periode_bailleur,
        fournisseur_bailleur,
        ligne_bailleur,
        periode_sne,
        fournisseur_sne,
        ligne_sne
    from relevees
    where est_en_ecart
)

select * from final
