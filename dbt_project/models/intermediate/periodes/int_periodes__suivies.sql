with periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
    where cadence = 'trimestre'
),

-- Du premier jour de la première livraison de stock au dernier stock : avant et après, rien n'est compté.
etendue as (
    select
        min(premier_jour) filter (where rang_stock = 1) as debut,
        max(date_stock) as fin
    from {{ ref('int_stocks__dates') }}
),

final as (
    select
        periodes.periode,
        periodes.premier_jour,
        periodes.dernier_jour,
        periodes.premier_jour = etendue.debut as est_premiere
    from periodes
    inner join etendue
        on periodes.premier_jour >= etendue.debut and periodes.dernier_jour <= etendue.fin
)

select * from final
