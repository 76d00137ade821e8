with risques as (
    select * from {{ ref('int_attentes__denombrees') }}
),

-- Tous sortis d'un coup : la suite ne s'estime plus.
survies as (
    select
        *,
        coalesce(bool_or(sorties = a_risque and sorties > 0) over avant, false) as est_epuisee,
        coalesce(bool_or(attributions = a_risque and attributions > 0) over ages, false) as est_eteinte,
        exp({{ somme_exacte('case when sorties < a_risque then ln(1 - sorties / a_risque) end', 'avant') }})
            as survie_avant,
        {{ somme_exacte(
            'case when attributions < a_risque then ln(1 - attributions / a_risque) end',
            'ages'
        ) }} as log_kaplan_meier,
        {{ somme_exacte(
            'case when attributions < a_risque then attributions / (a_risque * (a_risque - attributions)) end',
            'ages'
        ) }} as variance_log_kaplan_meier
    from risques
    window
        ages as (partition by periode, code_epci, quartile_cotation, type_demande order by jours),
        avant as (
            partition by periode, code_epci, quartile_cotation, type_demande
            order by jours rows between unbounded preceding and 1 preceding
        )
),

-- Aalen-Johansen : la part encore en attente la veille, fois le risque du jour.
incidences as (
    select
        *,
        {{ somme_exacte('survie_avant * attributions / nullif(a_risque, 0)', 'ages') }} as incidence,
        {{ somme_exacte('survie_avant * autres_sorties / nullif(a_risque, 0)', 'ages') }}
            as incidence_autres_sorties,
        case when sorties < a_risque then sorties / (a_risque * (a_risque - sorties)) end as variance_survie,
        survie_avant * attributions / nullif(a_risque * a_risque, 0) as covariance,
        survie_avant * survie_avant * attributions * (a_risque - attributions)
        / nullif(a_risque * a_risque * a_risque, 0) as variance_attribution
    from survies
    window ages as (partition by periode, code_epci, quartile_cotation, type_demande order by jours)
),

-- Variance de l'incidence, méthode delta, développée en sommes cumulées.
final as (
    select
        periode,
        code_epci,
        quartile_cotation,
        type_demande,
        delai_mois,
        cast(a_risque as bigint) as nombre_a_risque,
        cast(sum(attributions) over ages as bigint) as nombre_attributions,
        cast(sum(autres_sorties) over ages as bigint) as nombre_autres_sorties,
        nombre_censures,
        est_epuisee,
        incidence,
        incidence_autres_sorties,
        incidence * incidence * {{ somme_exacte('variance_survie', 'ages') }}
        - 2 * incidence * {{ somme_exacte('incidence * variance_survie', 'ages') }}
        + {{ somme_exacte('incidence * incidence * variance_survie', 'ages') }}
        + {{ somme_exacte('variance_attribution', 'ages') }}
        - 2 * incidence * {{ somme_exacte('covariance', 'ages') }}
        + 2 * {{ somme_exacte('incidence * covariance', 'ages') }} as variance_incidence,
        case when est_eteinte then 0 else exp(log_kaplan_meier) end as kaplan_meier,
        variance_log_kaplan_meier
    from incidences
    window ages as (partition by periode, code_epci, quartile_cotation, type_demande order by jours)
)

select * from final
where delai_mois is not null
