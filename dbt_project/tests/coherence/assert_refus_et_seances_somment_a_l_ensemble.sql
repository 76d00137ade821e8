-- Détecte des délais, des refus ou des séances dont les modalités ne se somment pas à « ensemble ».
-- Cause probable : une modalité vide au lieu de « non_renseigne », ou un regroupement oublié.
{{ controle_des_ensembles(
    'mart_delai_par_reservataire',
    ['code_bailleur', 'code_reservataire', 'type_demande'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire', 'type_demande'],
    ['nombre_attributions', 'nombre_delais']
) }}
union all
{{ controle_des_ensembles(
    'mart_refus',
    ['code_bailleur', 'code_reservataire'],
    ['periode', 'code_epci', 'code_bailleur', 'code_reservataire', 'motif_refus'],
    ['nombre_refus', 'nombre_delais_refus', 'nombre_refus_repetes', 'nombre_refus_decotes']
) }}
union all
-- Sans un refus, aucun motif n'a de ligne.
select
    'motif_refus' as axe_en_ecart,
    'nombre_refus' as mesure_en_ecart,
    concat_ws(' / ', periode, code_epci, code_bailleur, code_reservataire) as combinaison,
    coalesce(sum(nombre_refus) filter (where motif_refus <> 'ensemble'), 0) as somme_des_modalites,
    sum(nombre_refus) filter (where motif_refus = 'ensemble') as ensemble
from {{ ref('mart_refus') }}
group by periode, code_epci, code_bailleur, code_reservataire
having
    coalesce(sum(nombre_refus) filter (where motif_refus <> 'ensemble'), 0)
    is distinct from sum(nombre_refus) filter (where motif_refus = 'ensemble')
union all
{{ controle_des_ensembles(
    'mart_rythme_caleol',
    ['code_bailleur'],
    ['periode', 'code_epci', 'code_bailleur'],
    ['nombre_seances', 'nombre_commissions', 'nombre_candidatures']
) }}
