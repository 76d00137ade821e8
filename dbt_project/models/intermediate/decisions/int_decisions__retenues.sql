with decisions as (
    select * from {{ ref('stg_sne__dalo') }}
),

stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

-- Une livraison sans la table des décisions ne dit pas que personne n'est reconnu.
livraisons as (
    select distinct
        periode,
        fournisseur
    from decisions
),

final as (
    select
        stocks.demande_id,
        stocks.date_stock,
        coalesce(decisions.statut_dalo, 'sans_decision') as statut_dalo
    from stocks
    inner join livraisons
        on stocks.periode = livraisons.periode and stocks.fournisseur = livraisons.fournisseur
    left join decisions
        on
            stocks.periode = decisions.periode
            and stocks.fournisseur = decisions.fournisseur
            and stocks.demande_sne_id = decisions.demande_sne_id
            and coalesce(stocks.date_stock >= decisions.date_decision, true)
    qualify row_number() over (
        partition by stocks.demande_id, stocks.date_stock
        order by decisions.date_decision desc nulls last, decisions.ligne desc
    ) = 1
)

select * from final
