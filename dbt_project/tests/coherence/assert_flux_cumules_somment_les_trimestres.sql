-- Détecte un semestre ou une année dont un flux n'est pas la somme de ses trimestres (règle A15).
-- Cause probable : un trimestre compté deux fois, ou un flux recalculé sur toute la période.
with mouvements as (
    select * from {{ ref('mart_mouvements_demandes') }}
),

flux as (
    unpivot mouvements
    on
    nombre_nouvelles,
    nombre_reactivees,
    nombre_entrees_tardives,
    nombre_entrees_territoire,
    nombre_sorties_attribution,
    nombre_sorties_abandon,
    nombre_sorties_irrecevabilite,
    nombre_sorties_contact,
    nombre_sorties_non_renouvellement,
    nombre_sorties_sans_motif,
    nombre_sorties_territoire
    into name flux value nombre
),

dates as (
    select
        flux.code_epci,
        flux.flux,
        flux.nombre,
        periodes.periode,
        periodes.cadence,
        periodes.premier_jour,
        periodes.dernier_jour
    from flux
    inner join {{ ref('int_periodes__couvertes') }} as periodes on flux.periode = periodes.periode
)

select
    cumuls.periode,
    cumuls.code_epci,
    cumuls.flux,
    cumuls.nombre,
    sum(trimestres.nombre) as somme_des_trimestres
from dates as cumuls
inner join dates as trimestres
    on
        cumuls.code_epci = trimestres.code_epci
        and cumuls.flux = trimestres.flux
        and cumuls.premier_jour <= trimestres.premier_jour
        and cumuls.dernier_jour >= trimestres.dernier_jour
where cumuls.cadence <> 'trimestre' and trimestres.cadence = 'trimestre'
group by cumuls.periode, cumuls.code_epci, cumuls.flux, cumuls.nombre
having cumuls.nombre <> sum(trimestres.nombre)
