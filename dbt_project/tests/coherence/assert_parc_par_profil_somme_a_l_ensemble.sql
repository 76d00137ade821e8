-- Détecte un axe du parc dont les modalités ne se somment pas au parc de la localisation.
-- Cause probable : une modalité vide, que la déclinaison par axe a perdue.
with axes as (
    select
        periode,
        code_epci,
        localisation_qpv,
        axe,
        sum(nombre_logements) as nombre_logements
    from {{ ref('mart_parc_par_profil') }}
    group by periode, code_epci, localisation_qpv, axe
)

select
    parc.periode,
    parc.code_epci,
    parc.localisation_qpv,
    parc.nombre_logements,
    count(axes.axe) as nombre_axes
from {{ ref('mart_parc_par_qpv') }} as parc
left join axes
    on
        parc.periode = axes.periode
        and parc.code_epci = axes.code_epci
        and parc.localisation_qpv = axes.localisation_qpv
group by parc.periode, parc.code_epci, parc.localisation_qpv, parc.nombre_logements
-- Six axes : l'ensemble, la commune, la typologie, la période, le type et l'étiquette énergie.
having
    count(axes.axe) <> 6
    or min(axes.nombre_logements) <> parc.nombre_logements
    or max(axes.nombre_logements) <> parc.nombre_logements
