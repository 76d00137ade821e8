-- Détecte une cohorte où baux ≤ attribués ≤ proposés ≤ mis à disposition est faux, ou dont la somme manque.
-- Cause probable : un événement compté à sa date dans une table de cohorte (règle F10).
select
    periode,
    code_epci,
    code_bailleur,
    code_perimetre,
    code_reservataire,
    code_organisme
from {{ ref('mart_suivi_conventions') }}
where
    nombre_baux > nombre_attribuees
    or nombre_attribuees > nombre_proposees
    or nombre_proposees > nombre_mises_a_disposition
    or nombre_rendues + nombre_baux > nombre_mises_a_disposition
union all
select
    periode,
    code_epci,
    code_bailleur,
    code_perimetre,
    code_reservataire,
    'ensemble' as code_organisme
from {{ ref('mart_suivi_conventions') }}
group by periode, code_epci, code_bailleur, code_perimetre, code_reservataire
having
    count(*) filter (where code_organisme <> 'ensemble')
    = count(nombre_mises_a_disposition) filter (where code_organisme <> 'ensemble')
    and sum(nombre_mises_a_disposition) filter (where code_organisme <> 'ensemble')
    is distinct from sum(nombre_mises_a_disposition) filter (where code_organisme = 'ensemble')
