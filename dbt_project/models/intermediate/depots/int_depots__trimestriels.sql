with depots as (
    select * from {{ ref('int_depots__dates') }}
    where est_en_vigueur
),

-- Un dépôt semestriel ou annuel couvre chacun de ses trimestres (règle B13).
final as (
    select distinct
        depots.flux,
        depots.fournisseur,
        cast(trimestre.jour as date) as premier_jour
    from depots
    cross join
        lateral unnest(
            generate_series(depots.premier_jour, depots.dernier_jour, interval 3 month)
        ) as trimestre (jour)
)

select * from final
