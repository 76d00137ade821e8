{%- set sources_du_reservataire = {
    'bailleur': 'baux.code_reservataire',
    'sne': 'radiations.code_reservataire',
    'rpls': 'logements.code_reservataire',
} -%}
with attributions as (
    select * from {{ ref('int_attributions__rapprochees') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

logements as (
    select
        logement_id,
        code_commune,
        code_reservataire,
        nullif(typologie, 'non_renseigne') as typologie
    from {{ ref('int_logements__identifies') }}
),

reunies as (
    select
        attributions.*,
        coalesce(demandes.est_menage, true) as est_menage,
        demandes.date_premier_depot,
        -- Le RPLS ne sert qu'à défaut du bailleur et du SNE (règles B6, R0.1).
        coalesce(baux.code_commune, radiations.code_commune_attribuee, logements.code_commune)
            as code_commune_livre,
        coalesce(baux.logement_id, radiations.logement_id) as logement_id,
        coalesce(baux.code_bailleur, radiations.code_bailleur, 'non_renseigne') as code_bailleur,
        case
            when baux.code_bailleur is not null then 'bailleur'
            when radiations.code_bailleur is not null then 'sne'
            else 'non_renseigne'
        end as source_bailleur,
        {{ reservataire_retenu(sources_du_reservataire) }} as code_reservataire,
        {{ source_du_reservataire(sources_du_reservataire) }} as source_reservataire,
        logements.code_reservataire as code_reservataire_rpls,
        logements.code_commune as code_commune_rpls,
        {{ type_demande('radiations.mode_mutation', 'radiations.mode_logement_actuel') }} as type_demande,
        -- Le bailleur, puis le RPLS (règle R0.1) ; le SNE à défaut.
        coalesce(baux.typologie, logements.typologie, radiations.typologie_attribuee, 'non_renseigne')
            as typologie,
        coalesce(
            least(baux.typologie, logements.typologie, radiations.typologie_attribuee)
            <> greatest(baux.typologie, logements.typologie, radiations.typologie_attribuee),
            false
        ) as est_typologie_discordante,
        baux.date_caleol,
        -- Le délai du SNE ne sert qu'à défaut de date de dépôt (règle B2).
        coalesce(
            attributions.date_attribution - demandes.date_premier_depot,
            radiations.delai_attribution_jours
        ) as delai_brut_jours
    from attributions
    left join radiations on attributions.radiation_id = radiations.radiation_id
    left join baux on attributions.bail_id = baux.bail_id
    left join demandes on attributions.demande_id = demandes.demande_id
    left join logements
        on coalesce(baux.logement_id, radiations.logement_id) = logements.logement_id
),

final as (
    select
        reunies.attribution_id,
        reunies.demande_id,
        reunies.radiation_id,
        reunies.bail_id,
        reunies.date_attribution,
        reunies.source_date,
        reunies.source_attribution,
        reunies.est_menage,
        reunies.date_premier_depot,
        -- Un délai négatif est inconnu : compté dans les attributions, hors des délais (règle B10).
        case when reunies.delai_brut_jours >= 0 then reunies.delai_brut_jours end as delai_attribution_jours,
        reunies.logement_id,
        coalesce(communes.code_commune, reunies.code_commune_livre, 'non_renseigne') as code_commune,
        case
            when communes.code_epci is not null then communes.code_epci
            when reunies.code_commune_livre is not null then 'hors_territoire'
            else 'non_renseigne'
        end as code_epci,
        coalesce(
            communes.portee_carte_qpv,
            {{ portee_carte_qpv('reunies.code_commune_livre') }}
        ) as portee_carte_qpv,
        reunies.code_bailleur,
        reunies.source_bailleur,
        reunies.code_reservataire,
        reunies.source_reservataire,
        reunies.code_reservataire_rpls,
        reunies.code_commune_rpls,
        reunies.type_demande,
        reunies.typologie,
        reunies.est_typologie_discordante,
        reunies.date_caleol
    from reunies
    left join communes on reunies.code_commune_livre = communes.code_commune_ancien
)

select * from final
