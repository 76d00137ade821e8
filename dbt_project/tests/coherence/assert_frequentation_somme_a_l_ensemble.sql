-- Détecte une fréquentation des lieux qui ne se somme pas à « ensemble ».
-- Cause probable : un lieu compté sous deux codes, ou une jointure qui multiplie ses lignes.
{{ controle_des_ensembles(
    'mart_frequentation_accueil',
    ['code_lieu'],
    ['periode', 'code_epci', 'type_lieu', 'code_lieu'],
    mesures_d_accueil() + [
        'nombre_lieux', 'nombre_lieux_renseignes', 'nombre_lieux_compares',
        'nombre_visites_comparees', 'nombre_visites_an_passe'
    ]
) }}
