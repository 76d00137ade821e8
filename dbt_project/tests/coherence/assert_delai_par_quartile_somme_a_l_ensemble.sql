-- Détecte un axe dont les modalités ne se somment pas à « ensemble ».
-- Cause probable : une modalité vide au lieu de « non_renseigne », ou un regroupement oublié.
{{ controle_des_ensembles(
    'mart_delai_par_quartile_cotation',
    ['code_bailleur', 'code_reservataire', 'quartile_cotation', 'localisation_qpv', 'type_demande'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire', 'quartile_cotation', 'localisation_qpv',
     'type_demande'],
    ['nombre_attributions', 'nombre_delais']
) }}
