-- Détecte un axe (bailleur, réservataire, localisation) qui ne se somme pas à « ensemble ».
-- Cause probable : une modalité vide au lieu de « non_renseigne », ou un regroupement oublié.
{{ controle_des_ensembles(
    'mart_attributions_par_qpv',
    ['code_bailleur', 'code_reservataire', 'localisation_qpv'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire', 'localisation_qpv', 'axe', 'modalite'],
    ['nombre_attributions', 'nombre_delais']
) }}
