-- Le score retenu de chaque ménage : en cours au dernier jour, ou logé dans la période (règles C1, C2).
with cotees as (
    select
        periode,
        code_epci,
        type_demande,
        demande_id,
        grille_version,
        date_points,
        false as est_attribution,
        cast(null as bigint) as delai_attribution_jours
    from {{ ref('int_demandes__classees') }}
    where points is not null
    union all
    select
        classees.periode,
        classees.code_epci,
        classees.type_demande,
        consolidees.demande_id,
        consolidees.grille_version,
        consolidees.date_points,
        true as est_attribution,
        classees.delai_attribution_jours
    from {{ ref('int_attributions__classees') }} as classees
    inner join {{ ref('int_attributions__consolidees') }} as consolidees
        on classees.attribution_id = consolidees.attribution_id
    where consolidees.points is not null
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'criteres'
),

populations as (
    select
        periode,
        code_epci,
        grille_version,
        {{ modalite_ou_ensemble('type_demande') }} as type_demande,
        count(*) filter (where not est_attribution) as nombre_demandes,
        count(*) filter (where est_attribution) as nombre_attributions
    from cotees
    group by periode, code_epci, grille_version, rollup (type_demande)
),

agregees as (
    select
        cotees.periode,
        cotees.code_epci,
        cotees.grille_version,
        points.critere,
        points.bloc,
        {{ modalite_ou_ensemble('cotees.type_demande') }} as type_demande,
        count(*) filter (where not cotees.est_attribution) as nombre_demandes,
        cast(sum(points.points) filter (where not cotees.est_attribution) as decimal(18, 2)) as points_somme,
        min(points.points) filter (where not cotees.est_attribution) as points_min,
        max(points.points) filter (where not cotees.est_attribution) as points_max,
        count(*) filter (where cotees.est_attribution) as nombre_attributions,
        count(cotees.delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('cotees.delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('cotees.delai_attribution_jours', 0.5) }} as delai_attribution_median_mois,
        {{ delai_centile_mois('cotees.delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from cotees
    inner join {{ ref('int_points__rattaches') }} as points
        on
            cotees.demande_id = points.demande_id
            and cotees.code_epci = points.code_epci
            and cotees.grille_version = points.grille_version
            and cotees.date_points = points.date_points
    where points.critere <> 'TOTAL' and points.points <> 0
    group by
        cotees.periode,
        cotees.code_epci,
        cotees.grille_version,
        points.critere,
        points.bloc,
        rollup (cotees.type_demande)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.grille_version,
        agregees.critere,
        agregees.bloc,
        agregees.type_demande,
        agregees.nombre_demandes,
        cast(agregees.nombre_demandes as double precision) / nullif(populations.nombre_demandes, 0)
            as part_demandes,
        agregees.points_somme,
        cast(agregees.points_somme as double precision) / nullif(agregees.nombre_demandes, 0)
            as points_moyens,
        agregees.points_min,
        agregees.points_max,
        agregees.nombre_attributions,
        cast(agregees.nombre_attributions as double precision) / nullif(populations.nombre_attributions, 0)
            as part_attributions,
        agregees.nombre_delais,
        agregees.delai_attribution_moyen_mois,
        agregees.delai_attribution_median_mois,
        agregees.delai_attribution_p90_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join populations
        on
            agregees.periode = populations.periode
            and agregees.code_epci = populations.code_epci
            and agregees.grille_version = populations.grille_version
            and agregees.type_demande = populations.type_demande
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
