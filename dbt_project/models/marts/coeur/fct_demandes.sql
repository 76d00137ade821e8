with demandes as (
    select * from {{ ref('int_demandes__consolidees') }}
),

final as (
    select
        demande_id,
        periode,
        dernier_jour as date_stock,
        est_active,
        est_en_stock,
        est_menage,
        est_dans_les_indicateurs,
        code_epci,
        code_commune,
        type_demande,
        date_premier_depot,
        cast(anciennete_mois as double precision) as anciennete_mois,
        est_delai_anormalement_long,
        taille_menage,
        age,
        est_age_au_depot,
        statut_professionnel,
        mode_logement_actuel,
        typologie_recherchee,
        localisation_qpv_adresse,
        montant_ressources_uc_annuelles_eur,
        quartile_ressources,
        est_seuil_provisoire,
        source_seuil,
        est_bornes_provisoires,
        date_points,
        grille_version,
        points,
        tranche_points,
        sous_groupe
    from demandes
)

select * from final
