-- Détecte un bailleur ou un réservataire dont les modalités ne se somment pas à « ensemble ».
-- Cause probable : une modalité vide au lieu de « non_renseigne », ou un regroupement oublié.
{{ controle_des_ensembles(
    'mart_attributions_par_reservataire',
    ['code_bailleur', 'code_reservataire'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire'],
    ['nombre_attributions', 'nombre_en_qpv', 'nombre_q1_hors_qpv', 'nombre_delais']
) }}
