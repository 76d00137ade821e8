with estimees as (
    select
        *,
        -- Plus personne n'est suivi, ou tous sont sortis avant : la courbe ne s'estime pas.
        nombre_a_risque > 0 and not est_epuisee as est_estimee,
        variance_log_kaplan_meier * kaplan_meier * kaplan_meier as variance_kaplan_meier
    from {{ ref('int_attentes__estimees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'criteres'
),

final as (
    select
        estimees.periode,
        estimees.code_epci,
        estimees.quartile_cotation,
        estimees.type_demande,
        estimees.delai_mois,
        estimees.nombre_a_risque,
        estimees.nombre_attributions,
        estimees.nombre_autres_sorties,
        estimees.nombre_censures,
        case when estimees.est_estimee then estimees.incidence end as incidence_attribution,
        case
            when estimees.est_estimee
                then {{ borne_log_log('estimees.incidence', 'estimees.variance_incidence', 1) }}
        end as incidence_attribution_min,
        case
            when estimees.est_estimee
                then {{ borne_log_log('estimees.incidence', 'estimees.variance_incidence', -1) }}
        end as incidence_attribution_max,
        case when estimees.est_estimee then estimees.incidence_autres_sorties end as incidence_autres_sorties,
        case when estimees.est_estimee then estimees.kaplan_meier end as kaplan_meier_attente,
        case
            when estimees.est_estimee
                then {{ borne_log_log('estimees.kaplan_meier', 'estimees.variance_kaplan_meier', 1) }}
        end as kaplan_meier_attente_min,
        case
            when estimees.est_estimee
                then {{ borne_log_log('estimees.kaplan_meier', 'estimees.variance_kaplan_meier', -1) }}
        end as kaplan_meier_attente_max,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from estimees
    inner join metadonnees
        on estimees.periode = metadonnees.periode and estimees.code_epci = metadonnees.code_epci
)

select * from final
