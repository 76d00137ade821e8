-- Détecte un nombre d'écarts entre le SNE et un logiciel différent de ceux qui sont listés ce trimestre.
-- Cause probable : une jointure qui répète une demande, ou un trimestre compté sans être listé.
with listes as (
    select
        periode,
        code_epci,
        logiciel,
        nature_ecart,
        count(*) as nombre
    from {{ ref('fct_ecarts_interfaces') }}
    where code_epci <> 'hors_territoire'
    group by periode, code_epci, logiciel, nature_ecart
),

trimestres as (
    select * from {{ ref('mart_ecarts_interfaces') }}
    where periode like '%T%'
)

select
    coalesce(trimestres.periode, listes.periode) as periode,
    coalesce(trimestres.code_epci, listes.code_epci) as code_epci,
    coalesce(trimestres.logiciel, listes.logiciel) as logiciel,
    coalesce(trimestres.nature_ecart, listes.nature_ecart) as nature_ecart
from trimestres
full outer join listes
    on
        trimestres.periode = listes.periode
        and trimestres.code_epci = listes.code_epci
        and trimestres.logiciel = listes.logiciel
        and trimestres.nature_ecart = listes.nature_ecart
where
    coalesce(trimestres.nombre_ecarts, 0) <> coalesce(listes.nombre, 0)
    or trimestres.nombre_ecarts > trimestres.nombre_demandes_comparees
    or trimestres.nombre_demandes_communes
    > least(trimestres.nombre_demandes_logiciel, trimestres.nombre_demandes_sne)
