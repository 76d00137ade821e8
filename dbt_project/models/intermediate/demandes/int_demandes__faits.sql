with reperes as (
    select
        *,
        12 * montant_revenu_mensuel_foyer_eur as ressources_annuelles_eur
    from {{ ref('int_reperes__decrits') }}
),

seuils as (
    select * from {{ ref('int_ressources__seuillees') }}
),

epci as (
    {{ departement_par_epci() }}
),

delais_longs as (
    select * from {{ ref('int_parametres__dal') }}
),

-- Seuil de l'EPCI qui cote, l'année du jour (règles D2, D3).
evaluees as (
    select
        reperes.*,
        case
            when reperes.montant_ressources_uc_annuelles_eur is not null and seuils.seuil_eur_uc is not null
                then {{ est_premier_quartile_annuel('reperes', 'seuils') }}
        end as est_premier_quartile,
        {{ quartile_ressources_superieur(
            'reperes.montant_ressources_uc_annuelles_eur', 'seuils.p50', 'seuils.p75'
        ) }} as quartile_superieur,
        {{ anciennete_mois('reperes.anciennete_jours') }} > delais_longs.delai_mois
            as est_delai_anormalement_long
    from reperes
    inner join epci on reperes.code_epci = epci.code_epci
    left join seuils
        on
            reperes.code_epci = seuils.code_epci
            and extract(year from reperes.date_faits) = seuils.annee
    left join delais_longs
        on
            epci.code_departement = delais_longs.code_departement
            and reperes.date_faits
            between delais_longs.valide_du and coalesce(delais_longs.valide_au, reperes.date_faits)
),

final as (
    select
        demande_id,
        code_epci,
        date_faits,
        nullif(type_demande, 'non_renseigne') as type_demande,
        nature_mutation,
        motif_demande as motif_principal,
        motifs,
        anciennete_jours,
        anciennete_mois_revolus,
        est_delai_anormalement_long,
        est_relogement_anru,
        communes_souhaitees,
        nullif(code_epci_premier_souhait, 'non_renseigne') = code_epci as est_premier_souhait,
        statut_dalo,
        {{ est_dalo('statut_dalo') }} as est_dalo,
        case when {{ est_dalo('statut_dalo') }} then datesub('month', date_decision_dalo, date_faits) end
            as anciennete_dalo_mois_revolus,
        labels_syplo,
        motif_priorite,
        age,
        situation_familiale,
        taille_menage,
        nombre_personnes_a_charge,
        nombre_cotitulaires,
        nombre_personnes_handicapees,
        statut_professionnel,
        case when unites_consommation >= 1 then unites_consommation end as unites_consommation,
        case when montant_revenu_mensuel_foyer_eur > 0 then montant_revenu_mensuel_foyer_eur end
            as montant_revenu_mensuel_foyer_eur,
        montant_ressources_uc_annuelles_eur,
        est_premier_quartile,
        case est_premier_quartile when true then 'R1' when false then nullif(quartile_superieur, 'R2_R4') end
            as quartile_ressources,
        montant_apl_mensuel_eur,
        taux_effort_propose,
        mode_logement_actuel,
        categorie_logement_actuel,
        typologie_actuelle,
        personnes_moins_pieces,
        code_commune_actuelle,
        code_epci_actuel = code_epci as est_residence_dans_epci,
        est_adresse_en_qpv,
        typologie_recherchee,
        categorie_logement_recherche,
        dates_refus_proposition,
        dates_caleol,
        dates_caleol_avec_proposition,
        dates_caleol_sans_proposition,
        -- Aucun dépôt ne donne encore ce qui suit.
        cast(null as decimal(18, 1)) as distance_domicile_travail_km,
        cast(null as decimal(18, 1)) as distance_commune_souhaitee_travail_km,
        cast(null as decimal(18, 1)) as distance_domicile_commune_souhaitee_km,
        cast(null as decimal(18, 4)) as taux_effort_actuel,
        cast(null as decimal(18, 2)) as surface_actuelle_m2,
        cast(null as boolean) as est_menace_expulsion,
        cast(null as varchar[]) as pieces_certifiees
    from evaluees
)

select * from final
