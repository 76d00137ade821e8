with presences as (
    select * from {{ ref('int_presences__delimitees') }}
),

-- Une seule présence encore ouverte : la demande est en cours.
suivies as (
    select
        demande_id,
        count(*) = count(date_sortie) as est_close,
        max(date_sortie) as date_derniere_sortie
    from presences
    group by demande_id
),

logees as (
    select
        demande_id,
        max(date_attribution) as date_derniere_attribution
    from {{ ref('int_attributions__consolidees') }}
    group by demande_id
),

cotees as (
    select distinct demande_id
    from {{ ref('int_scores__sommes') }}
),

connues as (
    select demande_id from suivies
    union
    select demande_id from logees
    union
    select demande_id from cotees
),

final as (
    select
        connues.demande_id,
        case
            when not suivies.est_close then 'en_cours'
            when suivies.est_close or logees.demande_id is not null then 'close'
            else 'inconnu'
        end as etat,
        case
            when coalesce(suivies.est_close, true)
                then greatest(suivies.date_derniere_sortie, logees.date_derniere_attribution)
        end as date_fin
    from connues
    left join suivies on connues.demande_id = suivies.demande_id
    left join logees on connues.demande_id = logees.demande_id
)

select * from final
