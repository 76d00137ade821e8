-- Détecte plus de dépôts reçus qu'attendus, ou une année qui n'a pas ceux de ses trimestres (règle B13).
-- Cause probable : un dépôt annuel compté pour chaque trimestre, puis encore pour lui-même.
with depots as (
    select
        depots.*,
        periodes.cadence,
        periodes.premier_jour,
        periodes.dernier_jour
    from {{ ref('mart_completude_depots') }} as depots
    inner join {{ ref('int_periodes__couvertes') }} as periodes on depots.periode = periodes.periode
),

trimestres as (
    select
        cumuls.periode,
        cumuls.flux,
        cumuls.fournisseur,
        max(cumuls.nombre_recus) as nombre_recus,
        sum(depots.nombre_recus) as somme_des_recus
    from depots as cumuls
    inner join depots
        on
            cumuls.flux = depots.flux
            and cumuls.fournisseur = depots.fournisseur
            and cumuls.premier_jour <= depots.premier_jour
            and cumuls.dernier_jour >= depots.dernier_jour
    where cumuls.cadence <> 'trimestre' and depots.cadence = 'trimestre'
    group by cumuls.periode, cumuls.flux, cumuls.fournisseur
    -- Une période dont tous les trimestres sont connus.
    having sum(depots.nombre_attendus) = max(cumuls.nombre_attendus)
)

select
    'attendus' as controle,
    periode,
    flux,
    fournisseur
from depots
where nombre_recus > nombre_attendus or completude > 1
union all
select
    'trimestres' as controle,
    periode,
    flux,
    fournisseur
from trimestres
where nombre_recus <> somme_des_recus
