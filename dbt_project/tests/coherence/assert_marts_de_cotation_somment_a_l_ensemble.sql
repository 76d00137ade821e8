-- Détecte un axe d'une table de cotation dont les modalités ne se somment pas à « ensemble ».
-- Cause probable : une modalité vide au lieu de « non_renseigne », ou un regroupement oublié.
{{ controle_des_ensembles(
    'mart_concordance_caleol',
    ['code_bailleur', 'code_reservataire'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire'],
    ['nombre_commissions', 'nombre_attributaires', 'nombre_paires']
) }}
union all
{{ controle_des_ensembles(
    'mart_distribution_points',
    ['grille_version'],
    ['periode', 'code_epci', 'grille_version', 'axe', 'modalite'],
    ['nombre_demandes', 'nombre_demandes_cotees']
) }}
union all
{{ controle_des_ensembles(
    'mart_delai_par_tranche_points',
    ['tranche_points', 'type_demande'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire', 'tranche_points', 'localisation_qpv',
     'type_demande'],
    ['nombre_attributions', 'nombre_delais']
) }}
union all
{{ controle_des_ensembles(
    'mart_detail_criteres',
    ['type_demande'],
    ['periode', 'code_epci', 'grille_version', 'critere', 'type_demande'],
    ['nombre_demandes', 'points_somme', 'nombre_attributions']
) }}
union all
{{ controle_des_ensembles(
    'mart_profil_par_tranche',
    ['tranche_points'],
    ['periode', 'code_epci', 'tranche_points', 'axe', 'modalite'],
    ['nombre_demandes']
) }}
union all
{{ controle_des_ensembles(
    'mart_courbes_attente',
    ['quartile_cotation', 'type_demande'],
    ['periode', 'code_epci', 'quartile_cotation', 'type_demande', 'delai_mois'],
    ['nombre_a_risque', 'nombre_attributions', 'nombre_autres_sorties', 'nombre_censures']
) }}
union all
{{ controle_des_ensembles(
    'mart_mutations_sans_critere',
    ['situation_mutation'],
    ['periode', 'code_epci', 'situation_mutation'],
    ['nombre_demandes', 'nombre_demandes_cotees', 'nombre_attributions', 'nombre_delais']
) }}
