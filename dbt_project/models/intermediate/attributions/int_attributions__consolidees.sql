with attributions as (
    select * from {{ ref('int_attributions__sourcees') }}
),

localisees as (
    select * from {{ ref('int_attributions__localisees') }}
),

evaluees as (
    select * from {{ ref('int_attributions__evaluees') }}
),

cotees as (
    select * from {{ ref('int_attributions__cotees') }}
),

territoire as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

final as (
    select
        attributions.*,
        localisees.localisation_qpv,
        localisees.code_qpv,
        localisees.source_qpv,
        localisees.est_code_qpv_inconnu,
        localisees.est_qpv_discordant,
        evaluees.quartile_ressources,
        evaluees.source_ressources,
        evaluees.est_seuil_provisoire,
        evaluees.est_premier_quartile_bailleur,
        cotees.date_points,
        cotees.grille_version,
        cotees.points,
        cotees.est_score_ancien,
        cotees.tranche_points,
        cotees.sous_groupe,
        -- Les tables d'indicateurs comptent les ménages logés dans le territoire (règles A17, B6).
        attributions.est_menage and territoire.code_epci is not null as est_dans_les_indicateurs
    from attributions
    inner join localisees on attributions.attribution_id = localisees.attribution_id
    inner join evaluees on attributions.attribution_id = evaluees.attribution_id
    inner join cotees on attributions.attribution_id = cotees.attribution_id
    left join territoire on attributions.code_epci = territoire.code_epci
)

select * from final
