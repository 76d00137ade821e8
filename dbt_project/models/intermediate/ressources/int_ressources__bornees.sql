with demandes as (
    select * from {{ ref('int_demandes__etats') }}
    where est_active and est_menage and montant_ressources_uc_annuelles_eur is not null
),

stocks as (
    select * from {{ ref('int_stocks__dates') }}
),

-- Centiles discrets des ressources par UC du stock de l'EPCI (règles D2, D4).
final as (
    select
        demandes.code_epci,
        stocks.date_stock,
        percentile_disc(0.25) within group (order by demandes.montant_ressources_uc_annuelles_eur) as p25,
        percentile_disc(0.5) within group (order by demandes.montant_ressources_uc_annuelles_eur) as p50,
        percentile_disc(0.75) within group (order by demandes.montant_ressources_uc_annuelles_eur) as p75
    from demandes
    inner join stocks on demandes.dernier_jour = stocks.date_stock
    group by demandes.code_epci, stocks.date_stock
)

select * from final
