with attributions as (
    select * from {{ ref('int_attributions__sourcees') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
),

-- La dernière ligne de stock d'une demande (règle D1).
stocks as (
    select * from {{ ref('int_stocks__retenus') }}
    qualify row_number() over (partition by demande_id order by date_stock desc) = 1
),

seuils as (
    select * from {{ ref('int_ressources__seuillees') }}
),

-- Le SNE, puis le bailleur, puis le stock (règle D1) ; nul, négatif ou UC < 1 : inutilisable (règle D5).
sourcees as (
    select
        attributions.attribution_id,
        attributions.code_epci,
        extract(year from attributions.date_attribution) as annee,
        baux.est_premier_quartile as est_premier_quartile_bailleur,
        case
            when radiations.montant_revenu_mensuel_foyer_eur > 0 and radiations.unites_consommation >= 1
                then 'sne'
            when baux.montant_ressources_uc_annuelles_eur > 0 then 'bailleur'
            when stocks.montant_revenu_mensuel_foyer_eur > 0 and stocks.unites_consommation >= 1 then 'stock'
            else 'non_renseigne'
        end as source_ressources,
        radiations.montant_revenu_mensuel_foyer_eur as revenu_sne,
        radiations.unites_consommation as unites_sne,
        baux.montant_ressources_uc_annuelles_eur as ressources_bailleur,
        stocks.montant_revenu_mensuel_foyer_eur as revenu_stock,
        stocks.unites_consommation as unites_stock
    from attributions
    left join radiations on attributions.radiation_id = radiations.radiation_id
    left join baux on attributions.bail_id = baux.bail_id
    left join stocks on attributions.demande_id = stocks.demande_id
),

-- Ressources d'un ménage et ses unités de consommation ; celles du bailleur sont déjà par unité.
ressources as (
    select
        attribution_id,
        code_epci,
        annee,
        est_premier_quartile_bailleur,
        source_ressources,
        case source_ressources
            when 'sne' then 12 * revenu_sne
            when 'bailleur' then ressources_bailleur
            when 'stock' then 12 * revenu_stock
        end as ressources_annuelles_eur,
        case source_ressources
            when 'sne' then unites_sne
            when 'bailleur' then 1
            when 'stock' then unites_stock
        end as unites_consommation
    from sourcees
),

final as (
    select
        ressources.attribution_id,
        ressources.source_ressources,
        coalesce(seuils.est_seuil_provisoire, false) as est_seuil_provisoire,
        ressources.est_premier_quartile_bailleur,
        case
            when ressources.source_ressources = 'non_renseigne' or seuils.seuil_eur_uc is null
                then 'non_renseigne'
            when {{ est_premier_quartile_annuel('ressources', 'seuils') }} then 'R1'
            else
                {{ quartile_ressources_superieur(
                    par_uc('ressources.ressources_annuelles_eur', 'ressources.unites_consommation'),
                    'seuils.p50',
                    'seuils.p75'
                ) }}
        end as quartile_ressources
    from ressources
    left join seuils on ressources.code_epci = seuils.code_epci and ressources.annee = seuils.annee
)

select * from final
