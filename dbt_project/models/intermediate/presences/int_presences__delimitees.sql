with points as (
    select * from {{ ref('int_demandes__pointees') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

dates as (
    select * from {{ ref('int_stocks__dates') }}
),

-- Déposée avant un stock où elle n'est pas : entrée tardive (règle A9) ; sinon en cours dès son dépôt (A1).
premieres as (
    select
        points.demande_id,
        points.rang,
        points.jour,
        min(demandes.date_premier_depot) as date_premier_depot,
        coalesce(
            max(dates.date_stock) >= coalesce(min(demandes.date_premier_depot), date '1900-01-01'), false
        ) as est_tardive
    from points
    inner join demandes on points.demande_id = demandes.demande_id
    left join dates on points.jour > dates.date_stock
    where points.rang = 1
    group by points.demande_id, points.rang, points.jour
),

evenements as (
    select
        demande_id,
        2 * rang as ordre,
        true as est_entree,
        case
            when est_tardive then cast(date_trunc('quarter', jour) as date)
            else least(coalesce(date_premier_depot, date '1900-01-01'), jour)
        end as jour,
        case when est_tardive then 'entree_tardive' else 'nouvelle' end as nature
    from premieres
    union all
    -- Le retour : à sa date, sinon au premier jour du trimestre qui la tient de nouveau (règle A5).
    select
        demande_id,
        2 * rang as ordre,
        true as est_entree,
        case
            when nature = 'deradiation' then jour
            else greatest(cast(date_trunc('quarter', jour) as date), jour_precedent)
        end as jour,
        case nature_precedente when 'absence' then 'entree_tardive' else 'reactivee' end as nature
    from points
    where nature <> 'absence' and nature_precedente in ('radiation', 'absence')
    union all
    select
        demande_id,
        2 * rang + 1 as ordre,
        false as est_entree,
        case
            when nature = 'radiation' then jour
            else greatest(cast(date_trunc('quarter', jour) as date), jour_precedent)
        end as jour,
        case when nature = 'absence' then 'sans_motif' else {{ famille_de_motif('motif_radiation') }} end
            as nature
    from points
    where nature = 'radiation' or (nature = 'absence' and nature_precedente in ('presence', 'deradiation'))
),

suivis as (
    select
        *,
        lead(jour) over (partition by demande_id order by ordre) as date_sortie,
        lead(nature) over (partition by demande_id order by ordre) as nature_sortie
    from evenements
),

final as (
    select
        demande_id,
        row_number() over (partition by demande_id order by ordre) as numero_presence,
        jour as date_entree,
        nature as nature_entree,
        date_sortie,
        nature_sortie
    from suivis
    where est_entree
)

select * from final
