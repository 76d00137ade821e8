-- Détecte une fin différente de début + entrées − sorties, ou un début différent de la fin précédente.
-- Cause probable : une entrée ou une sortie comptée deux fois, ou dans un autre EPCI que la présence.
with mouvements as (
    select * from {{ ref('mart_mouvements_demandes') }}
),

trimestres as (
    select
        periode,
        code_epci,
        nombre_demandes_debut,
        lag(nombre_demandes_fin) over (partition by code_epci order by periode) as fin_precedente
    from mouvements
    where periode like '%-T%'
)

select
    'bilan' as controle,
    periode,
    code_epci
from mouvements
where
    nombre_demandes_debut
    + nombre_nouvelles
    + nombre_reactivees
    + nombre_entrees_tardives
    + nombre_entrees_territoire
    - nombre_sorties_attribution
    - nombre_sorties_abandon
    - nombre_sorties_irrecevabilite
    - nombre_sorties_contact
    - nombre_sorties_non_renouvellement
    - nombre_sorties_sans_motif
    - nombre_sorties_territoire
    <> nombre_demandes_fin
union all
select
    'chaînage' as controle,
    periode,
    code_epci
from trimestres
where nombre_demandes_debut is distinct from fin_precedente
