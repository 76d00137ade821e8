with demandes as (
    select * from {{ ref('int_demandes__consolidees') }}
    where est_dans_les_indicateurs
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

bornes as (
    select * from {{ ref('int_scores__bornes') }}
),

-- En cours au dernier jour de la période (règle A1) ; les quartiles sont ceux de la période (règle C4).
final as (
    select
        demandes.demande_id,
        periodes.periode,
        demandes.code_epci,
        demandes.code_commune,
        demandes.anciennete_jours,
        demandes.type_demande,
        case
            when demandes.taille_menage >= 6 then '6_et_plus'
            else coalesce(cast(demandes.taille_menage as varchar), 'non_renseigne')
        end as taille_menage,
        case
            when demandes.age < 30 then 'moins_de_30'
            when demandes.age < 45 then '30_44'
            when demandes.age < 60 then '45_59'
            when demandes.age < 75 then '60_74'
            when demandes.age >= 75 then '75_et_plus'
            else 'non_renseigne'
        end as tranche_age,
        case
            when demandes.anciennete_mois < 12 then 'moins_1_an'
            when demandes.anciennete_mois < 24 then '1_2_ans'
            when demandes.anciennete_mois < 36 then '2_3_ans'
            when demandes.anciennete_mois < 60 then '3_5_ans'
            when demandes.anciennete_mois >= 60 then '5_ans_et_plus'
            else 'non_renseigne'
        end as tranche_anciennete,
        demandes.quartile_ressources,
        {{ quartile_cotation('demandes.points', 'bornes.p25', 'bornes.p50', 'bornes.p75') }}
            as quartile_cotation,
        demandes.tranche_points,
        demandes.sous_groupe,
        demandes.mode_logement_actuel,
        demandes.statut_professionnel,
        demandes.typologie_recherchee,
        demandes.localisation_qpv_adresse as localisation_qpv,
        demandes.date_points,
        demandes.grille_version,
        demandes.points
    from demandes
    inner join periodes on demandes.dernier_jour = periodes.dernier_jour
    left join bornes
        on
            periodes.periode = bornes.periode
            and demandes.code_epci = bornes.code_epci
            and demandes.grille_version = bornes.grille_version
)

select * from final
