-- Détecte des parts qui ne se somment pas à 1.
-- Cause probable : un dénominateur pris sur un autre périmètre que le numérateur.
with parts as (
    select
        'mart_attributions_par_qpv' as table_sommee,
        concat_ws(' / ', periode, code_epci, code_bailleur, code_reservataire, localisation_qpv, axe)
            as combinaison,
        sum(part_attributions) as somme_parts
    from {{ ref('mart_attributions_par_qpv') }}
    group by periode, code_epci, code_bailleur, code_reservataire, localisation_qpv, axe
    union all
    select
        'mart_attributions_par_reservataire' as table_sommee,
        concat_ws(' / ', periode, code_epci, code_bailleur) as combinaison,
        sum(part_attributions) as somme_parts
    from {{ ref('mart_attributions_par_reservataire') }}
    where code_reservataire <> 'ensemble'
    group by periode, code_epci, code_bailleur
    union all
    select
        'mart_bornes_quartile_cotation' as table_sommee,
        concat_ws(' / ', periode, code_epci, grille_version) as combinaison,
        sum(part_demandes) as somme_parts
    from {{ ref('mart_bornes_quartile_cotation') }}
    group by periode, code_epci, grille_version
    union all
    select
        'mart_distribution_points' as table_sommee,
        concat_ws(' / ', periode, code_epci, grille_version, axe) as combinaison,
        sum(part_demandes) as somme_parts
    from {{ ref('mart_distribution_points') }}
    group by periode, code_epci, grille_version, axe
    union all
    select
        'mart_profil_par_tranche' as table_sommee,
        concat_ws(' / ', periode, code_epci, tranche_points, axe) as combinaison,
        sum(part_demandes) as somme_parts
    from {{ ref('mart_profil_par_tranche') }}
    group by periode, code_epci, tranche_points, axe
    union all
    select
        'mart_parc_par_qpv' as table_sommee,
        concat_ws(' / ', periode, code_epci) as combinaison,
        sum(part_logements) as somme_parts
    from {{ ref('mart_parc_par_qpv') }}
    where localisation_qpv <> 'ensemble'
    group by periode, code_epci
)

select *
from parts
where abs(somme_parts - 1) > 1e-9
