with attributions as (
    select * from {{ ref('int_attributions__sourcees') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
),

seuils as (
    select * from {{ ref('seuils_q1') }}
    where {{ parametre_retenu() }}
),

-- Le SNE d'abord, puis le bailleur (règle D1) ; nul, négatif ou UC < 1 : inutilisable (règle D5).
ressources as (
    select
        attributions.attribution_id,
        attributions.code_epci,
        extract(year from attributions.date_attribution) as annee,
        baux.est_premier_quartile as est_premier_quartile_bailleur,
        case
            when radiations.montant_revenu_mensuel_foyer_eur > 0 and radiations.unites_consommation >= 1
                then 'sne'
            when baux.montant_ressources_uc_annuelles_eur > 0 then 'bailleur'
            else 'non_renseigne'
        end as source_ressources,
        12 * radiations.montant_revenu_mensuel_foyer_eur as ressources_annuelles_foyer_eur,
        radiations.unites_consommation,
        baux.montant_ressources_uc_annuelles_eur
    from attributions
    left join radiations on attributions.radiation_id = radiations.radiation_id
    left join baux on attributions.bail_id = baux.bail_id
),

-- Seuil de l'année du bail, sinon celui de l'année précédente, provisoire (règle D2).
seuillees as (
    select
        ressources.*,
        coalesce(annee_du_bail.seuil_eur_uc, annee_precedente.seuil_eur_uc) as seuil_eur_uc,
        coalesce(annee_du_bail.seuil_eur_uc, annee_precedente.seuil_eur_uc) * ressources.unites_consommation
            as plafond_foyer_eur,
        annee_du_bail.seuil_eur_uc is null and annee_precedente.seuil_eur_uc is not null
            as est_seuil_provisoire
    from ressources
    left join seuils as annee_du_bail
        on
            ressources.code_epci = annee_du_bail.code_epci
            and ressources.annee = annee_du_bail.annee
    left join seuils as annee_precedente
        on
            ressources.code_epci = annee_precedente.code_epci
            and ressources.annee - 1 = annee_precedente.annee
),

final as (
    select
        attribution_id,
        source_ressources,
        est_seuil_provisoire,
        est_premier_quartile_bailleur,
        case
            when source_ressources = 'non_renseigne' or seuil_eur_uc is null then 'non_renseigne'
            when
                source_ressources = 'sne'
                and {{ est_premier_quartile('ressources_annuelles_foyer_eur', 'plafond_foyer_eur') }}
                then 'R1'
            when
                source_ressources = 'bailleur'
                and {{ est_premier_quartile('montant_ressources_uc_annuelles_eur', 'seuil_eur_uc') }}
                then 'R1'
            else 'R2_R4'
        end as quartile_ressources
    from seuillees
)

select * from final
