with radiations as (
    select * from {{ ref('int_radiations__qualifiees') }}
),

stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
),

declarations as (
    select * from {{ ref('int_declarations__datees') }}
),

-- Radiée, et en stock au dernier jour de la même livraison, sans déradiation entre les deux (règle A4).
contredites as (
    select radiations.*
    from radiations
    inner join stocks
        on radiations.demande_id = stocks.demande_id and radiations.date_livraison = stocks.date_stock
    where
        radiations.date_radiation <= stocks.date_stock
        and coalesce(radiations.date_deradiation > stocks.date_stock, true)
),

qualifiees as (
    select
        *,
        -- RADATT l'emporte sur le stock ; pour les autres motifs, le stock l'emporte.
        case motif_radiation when 'RADATT' then 'attribution_en_stock' else 'radiation_en_stock' end
            as nature_ecart
    from contredites
),

-- L'EPCI du logement si l'attribution compte, sinon celui du premier souhait (règles A11, B6).
final as (
    select
        md5(qualifiees.nature_ecart || '|' || qualifiees.radiation_id) as ecart_id,
        qualifiees.nature_ecart,
        attributions.attribution_id,
        qualifiees.demande_id,
        coalesce(attributions.code_epci, declarations.code_epci) as code_epci,
        coalesce(attributions.date_attribution, qualifiees.date_radiation) as date_ecart,
        null as periode_bailleur,
        null as fournisseur_bailleur,
        null as ligne_bailleur,
        qualifiees.periode as periode_sne,
        qualifiees.fournisseur as fournisseur_sne,
        qualifiees.ligne as ligne_sne
    from qualifiees
    inner join declarations
        on
            qualifiees.demande_id = declarations.demande_id
            and qualifiees.date_radiation between declarations.valide_du and declarations.valide_au
    left join attributions on qualifiees.radiation_id = attributions.radiation_id
)

select * from final
