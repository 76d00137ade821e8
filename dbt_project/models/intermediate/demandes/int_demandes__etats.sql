with actives as (
    select * from {{ ref('int_presences__trimestrielles') }}
    where est_active_fin
),

trimestres as (
    select * from {{ ref('int_periodes__suivies') }}
),

declarations as (
    select * from {{ ref('int_declarations__datees') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

-- En cours selon les règles, ou en stock ce jour-là : les deux peuvent différer (règles A3, A4).
reunies as (
    select
        coalesce(actives.demande_id, stocks.demande_id) as demande_id,
        coalesce(actives.dernier_jour, stocks.date_stock) as dernier_jour,
        actives.demande_id is not null as est_active,
        stocks.demande_id is not null as est_en_stock
    from actives
    full outer join {{ ref('int_stocks__retenus') }} as stocks
        on actives.demande_id = stocks.demande_id and actives.dernier_jour = stocks.date_stock
),

final as (
    select
        reunies.demande_id,
        trimestres.periode,
        reunies.dernier_jour,
        reunies.est_active,
        reunies.est_en_stock,
        demandes.est_menage,
        demandes.date_premier_depot,
        reunies.dernier_jour - demandes.date_premier_depot as anciennete_jours,
        declarations.code_epci,
        declarations.code_commune,
        declarations.taille_menage,
        declarations.age,
        declarations.est_age_au_depot,
        declarations.montant_revenu_mensuel_foyer_eur,
        declarations.unites_consommation,
        declarations.montant_ressources_uc_annuelles_eur,
        coalesce(declarations.statut_professionnel, 'non_renseigne') as statut_professionnel,
        coalesce(declarations.mode_logement_actuel, 'non_renseigne') as mode_logement_actuel,
        coalesce(declarations.typologie_recherchee, 'non_renseigne') as typologie_recherchee,
        {{ type_demande('declarations.mode_mutation', 'declarations.mode_logement_actuel') }} as type_demande,
        coalesce(adresses.localisation_qpv_adresse, 'non_renseigne') as localisation_qpv_adresse
    from reunies
    inner join trimestres on reunies.dernier_jour = trimestres.dernier_jour
    inner join demandes on reunies.demande_id = demandes.demande_id
    inner join declarations
        on
            reunies.demande_id = declarations.demande_id
            and reunies.dernier_jour between declarations.valide_du and declarations.valide_au
    left join {{ ref('int_adresses__localisees') }} as adresses
        on reunies.demande_id = adresses.demande_id and reunies.dernier_jour = adresses.dernier_jour
)

select * from final
