-- Détecte une localisation du parc qui ne se somme pas à « ensemble ».
-- Cause probable : une localisation vide au lieu de « non_renseigne ».
{{ controle_des_ensembles(
    'mart_parc_par_qpv',
    ['localisation_qpv'],
    ['periode', 'code_epci', 'localisation_qpv'],
    ['nombre_logements']
) }}
