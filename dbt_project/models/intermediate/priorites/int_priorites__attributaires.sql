with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
    where est_dans_les_indicateurs
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

declarations as (
    select * from {{ ref('int_declarations__completees') }}
),

decisions as (
    select * from {{ ref('int_decisions__datees') }}
),

livraisons_du_dalo as (
    select distinct
        periode,
        fournisseur
    from {{ ref('stg_sne__dalo') }}
),

-- Ce que le SNE écrit à la radiation, sinon le jour du bail ; DALO décidé au plus tard au bail (règle D10).
decidees as (
    select
        attributions.attribution_id,
        attributions.demande_id,
        attributions.date_attribution,
        coalesce(radiations.date_radiation, attributions.date_attribution) as date_declaree,
        decisions.statut_dalo
    from attributions
    left join radiations on attributions.radiation_id = radiations.radiation_id
    asof left join decisions
        on
            attributions.demande_id = decisions.demande_id
            and attributions.date_attribution >= decisions.date_connue
),

declarees as (
    select
        decidees.attribution_id,
        decidees.date_attribution,
        {{ est_dalo('decidees.statut_dalo') }} as est_reconnue,
        coalesce(declarations.motifs, [declarations.motif_demande]) as motifs,
        declarations.motifs is not null and livraisons_du_dalo.periode is not null as est_complete
    from decidees
    left join declarations
        on
            decidees.demande_id = declarations.demande_id
            and decidees.date_declaree between declarations.valide_du and declarations.valide_au
    left join livraisons_du_dalo
        on
            declarations.periode = livraisons_du_dalo.periode
            and declarations.fournisseur = livraisons_du_dalo.fournisseur
),

motivees as (
    select distinct declarees.attribution_id
    from declarees
    inner join {{ ref('motifs_prioritaires') }} as prioritaires
        on
            list_contains(declarees.motifs, prioritaires.motif_demande)
            and declarees.date_attribution
            between prioritaires.valide_du and coalesce(prioritaires.valide_au, declarees.date_attribution)
),

-- Sans tous les motifs ni les décisions de la livraison, l'absence de priorité n'est pas sue.
final as (
    select
        declarees.attribution_id,
        case
            when declarees.est_reconnue or motivees.attribution_id is not null then true
            when declarees.est_complete then false
        end as est_prioritaire
    from declarees
    left join motivees on declarees.attribution_id = motivees.attribution_id
)

select * from final
