-- Détecte un bailleur, un réservataire ou une localisation que les quatre tables comptent autrement.
-- Cause probable : une dimension lue à deux sources, ou un filtre présent dans une seule table.
with comptes as (
    select
        'mart_delai_par_quartile_cotation' as table_comptee,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        localisation_qpv,
        nombre_attributions,
        nombre_delais
    from {{ ref('mart_delai_par_quartile_cotation') }}
    where quartile_cotation = 'ensemble' and type_demande = 'ensemble'
    union all
    select
        'mart_delai_par_tranche_points' as table_comptee,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        localisation_qpv,
        nombre_attributions,
        nombre_delais
    from {{ ref('mart_delai_par_tranche_points') }}
    where tranche_points = 'ensemble' and type_demande = 'ensemble'
    union all
    select
        'mart_attributions_par_qpv' as table_comptee,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        localisation_qpv,
        nombre_attributions,
        nombre_delais
    from {{ ref('mart_attributions_par_qpv') }}
    where axe = 'ensemble'
    union all
    select
        'mart_attributions_par_reservataire' as table_comptee,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        'ensemble' as localisation_qpv,
        nombre_attributions,
        nombre_delais
    from {{ ref('mart_attributions_par_reservataire') }}
)

select
    periode,
    code_epci,
    code_bailleur,
    code_reservataire,
    localisation_qpv,
    count(*) as nombre_comptes
from comptes
group by periode, code_epci, code_bailleur, code_reservataire, localisation_qpv
-- La table par réservataire n'a pas de localisation : quatre comptes pour l'ensemble, trois pour chacune.
having
    count(*) <> case localisation_qpv when 'ensemble' then 4 else 3 end
    or min(nombre_attributions) <> max(nombre_attributions)
    or min(nombre_delais) <> max(nombre_delais)
