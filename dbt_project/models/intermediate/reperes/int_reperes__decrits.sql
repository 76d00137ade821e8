{{ config(materialized='view') }}
with reperes as (
    select * from {{ ref('int_reperes__reunis') }}
),

declarations as (
    select
        * exclude (demande_id, code_epci),
        demande_id as demande_declaree_id,
        code_epci as code_epci_premier_souhait
    from {{ ref('int_declarations__completees') }}
),

evenements as (
    select
        * exclude (demande_id),
        demande_id as demande_suivie_id
    from {{ ref('int_evenements__dates') }}
),

ouverts as (
    select
        min(premier_jour) filter (where flux = 'bailleurs/propositions') as premier_jour_propositions,
        min(premier_jour) filter (where flux = 'bailleurs/candidatures_caleol') as premier_jour_caleol
    from {{ ref('int_evenements__ouverts') }}
),

listes_imhoweb as (
    select distinct dernier_jour as jour_liste
    from {{ ref('int_adresses__localisees') }}
),

livraisons_du_dalo as (
    select distinct
        periode,
        fournisseur
    from {{ ref('stg_sne__dalo') }}
),

dates as (
    select
        reperes.*,
        listes_imhoweb.jour_liste
    from reperes
    asof left join listes_imhoweb on reperes.date_faits >= listes_imhoweb.jour_liste
),

reunis as (
    select
        dates.*,
        declarations.*,
        evenements.*,
        ouverts.premier_jour_propositions,
        ouverts.premier_jour_caleol,
        demandes.date_premier_depot,
        -- Sans décision dans une livraison qui les porte : NON.
        case
            when livraisons_du_dalo.periode is not null then coalesce(priorites.statut_dalo, 'NON')
            else priorites.statut_dalo
        end as statut_dalo,
        priorites.date_decision_dalo,
        priorites.labels_syplo,
        adresses.est_adresse_en_qpv,
        adresses.motif_priorite,
        efforts.taux_effort_propose
    from dates
    inner join {{ ref('int_demandes__datees') }} as demandes on dates.demande_id = demandes.demande_id
    inner join declarations
        on
            dates.demande_id = declarations.demande_declaree_id
            and dates.date_faits between declarations.valide_du and declarations.valide_au
    cross join ouverts
    left join livraisons_du_dalo
        on
            declarations.periode = livraisons_du_dalo.periode
            and declarations.fournisseur = livraisons_du_dalo.fournisseur
    left join {{ ref('int_priorites__datees') }} as priorites
        on dates.demande_id = priorites.demande_id and dates.date_faits = priorites.date_faits
    left join {{ ref('int_adresses__localisees') }} as adresses
        on dates.demande_id = adresses.demande_id and dates.jour_liste = adresses.dernier_jour
    left join evenements on dates.demande_id = evenements.demande_suivie_id
    asof left join {{ ref('int_evenements__efforts') }} as efforts
        on dates.demande_id = efforts.demande_id and dates.date_faits >= efforts.date_effort
),

-- L'inconnu est vide ; une liste vide dit « aucun, et on le sait ».
final as (
    select
        * exclude (demande_declaree_id, demande_suivie_id, jour_liste)
        replace (
            {{ evenements_connus('dates_refus_proposition', 'premier_jour_propositions') }}
                as dates_refus_proposition,
            {{ evenements_connus('dates_caleol', 'premier_jour_caleol') }} as dates_caleol,
            {{ evenements_connus('dates_caleol_avec_proposition', 'premier_jour_caleol') }}
                as dates_caleol_avec_proposition,
            {{ evenements_connus('dates_caleol_sans_proposition', 'premier_jour_caleol') }}
                as dates_caleol_sans_proposition
        ),
        -- Un jour d'avant le dépôt est une faute de saisie : ancienneté inconnue.
        case when date_faits >= date_premier_depot then date_faits - date_premier_depot end
            as anciennete_jours,
        case when date_faits >= date_premier_depot then datesub('month', date_premier_depot, date_faits) end
            as anciennete_mois_revolus
    from reunis
)

select * from final
