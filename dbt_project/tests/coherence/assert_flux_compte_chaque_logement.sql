-- Détecte un trimestre dont les logements disponibles ne sont pas ceux des mises à disposition.
-- Cause probable : une vacance comptée dans deux trimestres, dans aucun, ou chez un autre bailleur.
with faits as (
    select
        code_epci,
        strftime(date_vacance, '%Y') || '-T' || quarter(date_vacance) as periode,
        count(distinct vacance_id) as nombre_vacances
    from {{ ref('fct_mises_a_disposition') }}
    where code_epci <> 'hors_territoire'
    group by all
),

bilans as (
    select
        code_epci,
        periode,
        sum(nombre_disponibles) as nombre_disponibles
    from {{ ref('mart_bilan_synthetique_bailleur') }}
    where contains(periode, 'T')
    group by all
)

select
    coalesce(faits.periode, bilans.periode) as periode,
    coalesce(faits.code_epci, bilans.code_epci) as code_epci,
    faits.nombre_vacances,
    bilans.nombre_disponibles
from faits
full outer join bilans
    on faits.periode = bilans.periode and faits.code_epci = bilans.code_epci
where faits.nombre_vacances is distinct from bilans.nombre_disponibles
