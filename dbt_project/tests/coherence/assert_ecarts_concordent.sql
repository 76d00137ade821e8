-- Détecte un nombre d'écarts différent de ceux qui sont listés, ou d'attributions à une seule source.
-- Cause probable : un écart listé hors de toute période, ou une jointure qui le répète.
with periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

listes as (
    select
        periodes.periode,
        ecarts.code_epci,
        ecarts.nature_ecart,
        count(*) as nombre
    from {{ ref('fct_ecarts_attributions') }} as ecarts
    inner join periodes on ecarts.date_ecart between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, ecarts.code_epci, ecarts.nature_ecart
),

seules as (
    select
        periodes.periode,
        attributions.code_epci,
        case attributions.source_attribution
            when 'sne' then 'sans_bail_bailleur'
            when 'bailleur' then 'sans_radiation_sne'
        end as nature_ecart,
        count(*) as nombre
    from {{ ref('fct_attributions') }} as attributions
    inner join periodes
        on attributions.date_attribution between periodes.premier_jour and periodes.dernier_jour
    where attributions.source_attribution in ('sne', 'bailleur')
    group by periodes.periode, attributions.code_epci, attributions.source_attribution
),

attendus as (
    select * from listes
    union all
    select * from seules
)

select
    coalesce(ecarts.periode, attendus.periode) as periode,
    coalesce(ecarts.code_epci, attendus.code_epci) as code_epci,
    coalesce(ecarts.nature_ecart, attendus.nature_ecart) as nature_ecart
from {{ ref('mart_ecarts_attributions') }} as ecarts
full outer join attendus
    on
        ecarts.periode = attendus.periode
        and ecarts.code_epci = attendus.code_epci
        and ecarts.nature_ecart = attendus.nature_ecart
where
    ecarts.nombre_ecarts is distinct from attendus.nombre
    -- Hors des EPCI suivis, un écart est listé sans être compté.
    and coalesce(ecarts.code_epci, attendus.code_epci) not in ('hors_territoire', 'non_renseigne')
