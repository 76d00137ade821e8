-- En cours au dernier jour, ou logé dans la période, avec son score retenu (règles C1, C2).
with menages as (
    select
        periode,
        code_epci,
        type_demande,
        demande_id,
        grille_version,
        date_points,
        true as est_demande,
        cast(null as bigint) as delai_attribution_jours
    from {{ ref('int_demandes__classees') }}
    union all
    select
        classees.periode,
        classees.code_epci,
        classees.type_demande,
        consolidees.demande_id,
        consolidees.grille_version,
        consolidees.date_points,
        false as est_demande,
        classees.delai_attribution_jours
    from {{ ref('int_attributions__classees') }} as classees
    inner join {{ ref('int_attributions__consolidees') }} as consolidees
        on classees.attribution_id = consolidees.attribution_id
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'criteres'
),

situes as (
    select
        menages.*,
        scores.points,
        case
            when menages.type_demande <> 'mutation' then menages.type_demande
            when scores.a_critere_prioritaire then 'mutation_avec_critere_prioritaire'
            when not scores.a_critere_prioritaire then 'mutation_sans_critere_prioritaire'
            else 'mutation_sans_score'
        end as situation_mutation
    from menages
    left join {{ ref('int_scores__sommes') }} as scores
        on
            menages.demande_id = scores.demande_id
            and menages.code_epci = scores.code_epci
            and menages.grille_version = scores.grille_version
            and menages.date_points = scores.date_points
),

agregees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('situation_mutation') }} as situation_mutation,
        count(*) filter (where est_demande) as nombre_demandes,
        count(*) filter (where est_demande and type_demande = 'mutation') as nombre_mutations,
        count(points) filter (where est_demande) as nombre_demandes_cotees,
        -- Les points de deux versions de grille ne se mélangent pas (règle C6).
        min(grille_version) filter (where est_demande) = max(grille_version) filter (where est_demande)
            as est_une_version,
        cast(sum(points) filter (where est_demande) as double precision)
        / nullif(count(points) filter (where est_demande), 0) as points_moyens,
        percentile_disc(0.5) within group (order by points) filter (where est_demande) as points_medians,
        count(*) filter (where not est_demande) as nombre_attributions,
        count(delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.5) }} as delai_attribution_median_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from situes
    group by periode, code_epci, rollup (situation_mutation)
),

ensembles as (
    select * from agregees
    where situation_mutation = 'ensemble'
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.situation_mutation,
        agregees.nombre_demandes,
        cast(agregees.nombre_demandes as double precision) / nullif(ensembles.nombre_demandes, 0)
            as part_demandes,
        case when agregees.situation_mutation like 'mutation%' then agregees.nombre_demandes end
        / cast(nullif(ensembles.nombre_mutations, 0) as double precision) as part_mutations,
        agregees.nombre_demandes_cotees,
        case when agregees.est_une_version then agregees.points_moyens end as points_moyens,
        case when agregees.est_une_version then agregees.points_medians end as points_medians,
        agregees.nombre_attributions,
        cast(agregees.nombre_attributions as double precision) / nullif(ensembles.nombre_attributions, 0)
            as part_attributions,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join ensembles
        on agregees.periode = ensembles.periode and agregees.code_epci = ensembles.code_epci
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
