-- Détecte un quartier d'étude que rien ne peut rejoindre : EPCI sans commune suivie, ou QPV d'aucune carte.
-- Cause probable : un SIREN ou un code de QPV mal recopié dans parametres/quartiers.
with quartiers as (
    select * from {{ ref('int_parametres__quartiers') }}
),

territoire as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

cartes as (
    select distinct code_qpv
    from {{ ref('int_parametres__qpv') }}
)

select
    'Quartiers d''étude hors du territoire : EPCI ' || quartiers.code_epci || ' (zones : ' || count(*)
    || '). Corrigez son SIREN dans parametres/quartiers, ou déposez ses communes.' as message
from quartiers
left join territoire on quartiers.code_epci = territoire.code_epci
where territoire.code_epci is null
group by quartiers.code_epci
union all
select
    'Quartier d''étude sur un QPV inconnu : ' || quartiers.code_zone || ', EPCI ' || quartiers.code_epci
    || '. Corrigez ce code dans parametres/quartiers, ou déposez-le dans parametres/qpv.' as message
from quartiers
left join cartes on quartiers.code_zone = cartes.code_qpv
where quartiers.code_zone like 'Q%' and cartes.code_qpv is null
