-- Détecte une évolution de la fréquentation sans seuil pour la juger (règle R0.10).
-- Cause probable : un EPCI, un type de lieu ou une date que le paramètre seuils_frequentation ne couvre pas.
with lieux as (
    select * from {{ ref('mart_frequentation_accueil') }}
    where code_lieu = 'ensemble'
)

select
    'Seuil de baisse absent : ' || type_lieu || ', EPCI ' || code_epci || ', de ' || min(periode) || ' à '
    || max(periode) || '. Déposez parametres/seuils_frequentation.' as message
from lieux
where evolution_visites is not null and seuil_baisse is null
group by type_lieu, code_epci
