with demandes as (
    select
        periode,
        code_epci,
        coalesce(grille_version, 'non_renseigne') as grille_version,
        axe,
        modalite,
        points
    from {{ ref('int_demandes__declinees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'demandes_cotees'
),

agregees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('grille_version') }} as grille_version,
        axe,
        modalite,
        count(*) as nombre_demandes,
        count(points) as nombre_demandes_cotees,
        -- Les points de deux versions de grille ne se mélangent pas (règle C6).
        min(grille_version) filter (where points is not null)
        = max(grille_version) filter (where points is not null) as est_une_version,
        cast(sum(points) as double precision) / nullif(count(points), 0) as points_moyens,
        percentile_disc(0.5) within group (order by points) as points_medians,
        min(points) as points_min,
        max(points) as points_max
    from demandes
    group by periode, code_epci, axe, modalite, rollup (grille_version)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.grille_version,
        agregees.axe,
        agregees.modalite,
        agregees.nombre_demandes,
        cast(agregees.nombre_demandes as double precision) / sum(agregees.nombre_demandes) over (
            partition by agregees.periode, agregees.code_epci, agregees.grille_version, agregees.axe
        ) as part_demandes,
        agregees.nombre_demandes_cotees,
        case when agregees.est_une_version then agregees.points_moyens end as points_moyens,
        case when agregees.est_une_version then agregees.points_medians end as points_medians,
        case when agregees.est_une_version then agregees.points_min end as points_min,
        case when agregees.est_une_version then agregees.points_max end as points_max,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
