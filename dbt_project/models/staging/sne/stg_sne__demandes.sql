with source as (
    select * from {{ source('sne', 'demandes') }}
),

final as (
    select
        cast(demande_sne_id as uuid) as demande_sne_id,
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('TYPE_DEMANDEUR') }} as type_demandeur,
        cast(DATE_CREATION as date) as date_creation,
        {{ texte('MOTIF_DEMANDE') }} as motif_demande,
        cast(AGE_FIN_PERIODE as bigint) as age_fin_periode,
        cast(AGE_DEMANDEUR_DEMANDE as bigint) as age_au_depot,
        {{ texte('SEXE_DEMANDEUR') }} as sexe,
        {{ texte('STATUT_PROF_DEMANDEUR') }} as statut_professionnel,
        {{ texte('SITU_FAMILIALE_DEMANDEUR') }} as situation_familiale,
        cast(TAILLE_MENAGE as bigint) as taille_menage,
        cast(COTITULAIRE as bigint) as nombre_cotitulaires,
        cast(PERSONNE_A_CHARGE as bigint) as nombre_personnes_a_charge,
        {{ texte('COMPOSITION_FAMILLE') }} as composition_famille,
        cast(UNITE_CONSO as decimal(18, 2)) as unites_consommation,
        cast(REVENU_DEMANDEUR as decimal(18, 2)) as montant_revenu_mensuel_demandeur_eur,
        cast(REVENU_MENSUEL_FOYER as decimal(18, 2)) as montant_revenu_mensuel_foyer_eur,
        cast(REVENU_FISCAL1_FOYER as decimal(18, 2)) as montant_revenu_fiscal_dernier_eur,
        cast(REVENU_FISCAL2_FOYER as decimal(18, 2)) as montant_revenu_fiscal_precedent_eur,
        {{ texte('CATEG_LOGEMENT_ACTUEL') }} as categorie_logement_actuel,
        {{ texte('TYPE_LOGEMENT_ACTUEL') }} as typologie_actuelle,
        {{ texte('MODE_LOGEMENT_ACTUEL') }} as mode_logement_actuel,
        {{ texte('COMMUNE_LOG_ACTUEL') }} as code_commune_actuelle,
        {{ texte('ZONAGEPLAFRESS_ACTUEL') }} as zone_plafond_actuelle,
        {{ texte('CATEG_LOGEMENT_RECHERCHE') }} as categorie_logement_recherche,
        {{ texte('TYPE_LOGEMENT_RECHERCHE') }} as typologie_recherchee,
        {{ texte('COMMUNE_LOG_RECHERCHE') }} as code_commune_souhaitee,
        {{ texte('ZONAGEPLAFRESS_RECHERCHE') }} as zone_plafond_recherchee,
        cast(MT_APL_MENSUEL as decimal(18, 2)) as montant_apl_mensuel_eur,
        {{ texte('MODE_MUTATION') }} as mode_mutation,
        cast(ESTANRU as boolean) as est_relogement_anru,
        {{ texte('VERSION_CERFA') }} as version_cerfa,
        cast(NB_PHANDICAP_AUTONOMIE as bigint) as nombre_personnes_handicapees,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
