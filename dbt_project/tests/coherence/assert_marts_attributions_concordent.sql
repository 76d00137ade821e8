-- Détecte un total qui diffère entre les trois tables d'indicateurs et les attributions elles-mêmes.
-- Cause probable : une jointure qui perd ou multiplie des attributions dans l'une des tables.
with comptes as (
    select
        'fct_attributions' as table_comptee,
        periodes.periode,
        attributions.code_epci,
        count(*) as nombre_attributions
    from {{ ref('fct_attributions') }} as attributions
    inner join {{ ref('int_periodes__couvertes') }} as periodes
        on attributions.date_attribution between periodes.premier_jour and periodes.dernier_jour
    where attributions.est_dans_les_indicateurs
    group by periodes.periode, attributions.code_epci
    union all
    select
        'mart_delai_par_quartile_cotation' as table_comptee,
        periode,
        code_epci,
        nombre_attributions
    from {{ ref('mart_delai_par_quartile_cotation') }}
    where
        code_bailleur = 'ensemble'
        and code_reservataire = 'ensemble'
        and quartile_cotation = 'ensemble'
        and localisation_qpv = 'ensemble'
        and type_demande = 'ensemble'
    union all
    select
        'mart_attributions_par_qpv, axe ' || axe as table_comptee,
        periode,
        code_epci,
        sum(nombre_attributions) as nombre_attributions
    from {{ ref('mart_attributions_par_qpv') }}
    where
        code_bailleur = 'ensemble'
        and code_reservataire = 'ensemble'
        and localisation_qpv = 'ensemble'
    group by axe, periode, code_epci
    union all
    select
        'mart_attributions_par_reservataire' as table_comptee,
        periode,
        code_epci,
        nombre_attributions
    from {{ ref('mart_attributions_par_reservataire') }}
    where code_bailleur = 'ensemble' and code_reservataire = 'ensemble'
)

select
    periode,
    code_epci,
    count(*) as nombre_comptes,
    min(nombre_attributions) as compte_le_plus_bas,
    max(nombre_attributions) as compte_le_plus_haut
from comptes
group by periode, code_epci
-- Huit comptes : les attributions, les délais, les réservataires et les cinq axes.
having count(*) <> 8 or min(nombre_attributions) <> max(nombre_attributions)
