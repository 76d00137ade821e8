with recursive radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
    where est_retenue
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
    where est_retenue
),

-- Le plus proche d'abord, à 183 jours au plus (règle B3).
couples as (
    select
        baux.demande_id,
        radiations.radiation_id,
        baux.bail_id,
        row_number() over (
            partition by baux.demande_id
            order by
                abs(baux.date_rapprochement - radiations.date_radiation),
                radiations.date_radiation,
                baux.bail_id
        ) as rang
    from baux
    inner join radiations
        on
            baux.demande_id = radiations.demande_id
            and {{ sont_proches('baux.date_rapprochement', 'radiations.date_radiation') }}
),

-- Un à un : une ligne déjà prise par un couple plus proche n'est plus libre.
parcours as (
    select
        demande_id,
        radiation_id,
        bail_id,
        rang,
        [radiation_id, bail_id] as cles_prises,
        true as est_retenu
    from couples
    where rang = 1
    union all
    select
        couples.demande_id,
        couples.radiation_id,
        couples.bail_id,
        couples.rang,
        -- Les clés d'un couple refusé n'y entrent pas : son autre ligne reste libre.
        if(
            list_has_any(parcours.cles_prises, [couples.radiation_id, couples.bail_id]),
            parcours.cles_prises,
            list_concat(parcours.cles_prises, [couples.radiation_id, couples.bail_id])
        ) as cles_prises,
        not list_has_any(parcours.cles_prises, [couples.radiation_id, couples.bail_id]) as est_retenu
    from parcours
    inner join couples
        on parcours.demande_id = couples.demande_id and parcours.rang + 1 = couples.rang
),

unions as (
    select
        coalesce(baux.demande_id, radiations.demande_id) as demande_id,
        radiations.radiation_id,
        baux.bail_id,
        baux.date_bail_valide,
        radiations.date_radiation,
        radiations.est_annulee
    from baux
    left join parcours on baux.bail_id = parcours.bail_id and parcours.est_retenu
    full outer join radiations on parcours.radiation_id = radiations.radiation_id
),

-- Annulée et sans bail : réactivée, pas une attribution (règle B5). Sans aucune date : non placée, listée.
final as (
    select
        md5(concat_ws('|', demande_id, coalesce(date_bail_valide, date_radiation))) as attribution_id,
        demande_id,
        radiation_id,
        bail_id,
        coalesce(date_bail_valide, date_radiation) as date_attribution,
        case when date_bail_valide is null then 'sne' else 'bailleur' end as source_date,
        case
            when bail_id is null then 'sne'
            when radiation_id is null then 'bailleur'
            else 'sne_et_bailleur'
        end as source_attribution
    from unions
    where
        case
            when bail_id is null then not est_annulee
            else coalesce(date_bail_valide, date_radiation) is not null
        end
)

select * from final
