with reperes as (
    select distinct
        demande_id,
        date_faits
    from {{ ref('int_reperes__reunis') }}
),

decisions as (
    select * from {{ ref('int_decisions__datees') }}
),

decidees as (
    select
        reperes.*,
        decisions.statut_dalo,
        decisions.date_connue as date_decision_dalo
    from reperes
    asof left join decisions
        on reperes.demande_id = decisions.demande_id and reperes.date_faits >= decisions.date_connue
),

labels as (
    select
        *,
        {{ dernier_jour_periode('periode') }} as jour_liste
    from {{ ref('stg_interfaces__syplo') }}
),

-- La dernière liste reçue au plus tard ce jour-là : qui n'y est pas n'a pas de label.
labellisees as (
    select
        listes.demande_id,
        listes.date_faits,
        coalesce(
            list(distinct labels.code_label order by labels.code_label)
            filter (where labels.code_label is not null), []
        ) as labels_syplo
    from (
        select
            reperes.*,
            jours.jour_liste
        from reperes
        asof inner join (select distinct jour_liste from labels) as jours
            on reperes.date_faits >= jours.jour_liste
    ) as listes
    left join labels
        on
            listes.demande_id = labels.demande_id
            and listes.jour_liste = labels.jour_liste
            and coalesce(listes.date_faits >= labels.date_label, true)
            and coalesce(listes.date_faits <= labels.date_fin_label, true)
    group by listes.demande_id, listes.date_faits
),

final as (
    select
        decidees.demande_id,
        decidees.date_faits,
        decidees.statut_dalo,
        decidees.date_decision_dalo,
        labellisees.labels_syplo
    from decidees
    left join labellisees
        on decidees.demande_id = labellisees.demande_id and decidees.date_faits = labellisees.date_faits
)

select * from final
