with logements as (
    select * from {{ ref('int_logements__localises') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'parc'
),

-- Deux lignes égales peuvent être deux logements : rien n'est dédoublonné (règle R0.1).
agreges as (
    select
        logements.periode,
        logements.code_epci,
        {{ modalite_ou_ensemble('logements.localisation_qpv') }} as localisation_qpv,
        count(*) as nombre_logements
    from logements
    group by logements.periode, logements.code_epci, rollup (logements.localisation_qpv)
),

totaux as (
    select
        periode,
        code_epci,
        nombre_logements
    from agreges
    where localisation_qpv = 'ensemble'
),

final as (
    select
        agreges.periode,
        agreges.code_epci,
        agreges.localisation_qpv,
        agreges.nombre_logements,
        cast(agreges.nombre_logements as double precision) / totaux.nombre_logements as part_logements,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agreges
    inner join totaux
        on agreges.periode = totaux.periode and agreges.code_epci = totaux.code_epci
    inner join metadonnees
        on agreges.periode = metadonnees.periode and agreges.code_epci = metadonnees.code_epci
)

select * from final
