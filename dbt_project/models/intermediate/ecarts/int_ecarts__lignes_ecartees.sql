with attributions as (
    select * from {{ ref('int_attributions__rapprochees') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

-- Bail proche d'un autre bail retenu (règle B4), ou retenu mais sans aucune date utilisable.
baux as (
    select
        case when livres.est_retenue then 'bail_sans_date' else 'bail_concurrent' end as nature_ecart,
        livres.bail_id as cle,
        livres.demande_id,
        livres.code_commune,
        livres.date_rapprochement as date_ecart,
        livres.periode as periode_bailleur,
        livres.fournisseur as fournisseur_bailleur,
        livres.ligne as ligne_bailleur,
        null as periode_sne,
        null as fournisseur_sne,
        null as ligne_sne
    from {{ ref('int_baux__retenus') }} as livres
    anti join attributions on livres.bail_id = attributions.bail_id
),

-- Attribution du SNE corrigée par une autre, ou réactivée sans bail qui la confirme (règle B5).
radiations as (
    select
        case when livrees.est_retenue then 'radiation_annulee' else 'radiation_concurrente' end
            as nature_ecart,
        livrees.radiation_id as cle,
        livrees.demande_id,
        livrees.code_commune_attribuee as code_commune,
        livrees.date_radiation as date_ecart,
        null as periode_bailleur,
        null as fournisseur_bailleur,
        null as ligne_bailleur,
        livrees.periode as periode_sne,
        livrees.fournisseur as fournisseur_sne,
        livrees.ligne as ligne_sne
    from {{ ref('int_radiations__attribuees') }} as livrees
    anti join attributions on livrees.radiation_id = attributions.radiation_id
),

reunies as (
    select * from baux
    union all
    select * from radiations
),

final as (
    select
        md5(reunies.nature_ecart || '|' || reunies.cle) as ecart_id,
        reunies.nature_ecart,
        cast(null as varchar) as attribution_id,
        reunies.demande_id,
        case
            when communes.code_epci is not null then communes.code_epci
            when reunies.code_commune is not null then 'hors_territoire'
            else 'non_renseigne'
        end as code_epci,
        reunies.date_ecart,
        reunies.periode_bailleur,
        reunies.fournisseur_bailleur,
        reunies.ligne_bailleur,
        reunies.periode_sne,
        reunies.fournisseur_sne,
        reunies.ligne_sne
    from reunies
    left join communes on reunies.code_commune = communes.code_commune_ancien
)

select * from final
