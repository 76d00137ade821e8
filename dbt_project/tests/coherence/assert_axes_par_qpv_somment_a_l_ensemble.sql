-- Détecte un axe dont les modalités ne se somment pas aux attributions de la localisation.
-- Cause probable : une modalité vide, que la déclinaison par axe a perdue.
with axes as (
    select
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        localisation_qpv,
        axe,
        sum(nombre_attributions) as nombre_attributions,
        sum(nombre_delais) as nombre_delais
    from {{ ref('mart_attributions_par_qpv') }}
    group by periode, code_epci, code_bailleur, code_reservataire, localisation_qpv, axe
)

select
    periode,
    code_epci,
    code_bailleur,
    code_reservataire,
    localisation_qpv,
    count(*) as nombre_axes
from axes
group by periode, code_epci, code_bailleur, code_reservataire, localisation_qpv
-- Cinq axes : l'ensemble, la tranche, les deux quartiles et le sous-groupe.
having
    count(*) <> 5
    or min(nombre_attributions) <> max(nombre_attributions)
    or min(nombre_delais) <> max(nombre_delais)
