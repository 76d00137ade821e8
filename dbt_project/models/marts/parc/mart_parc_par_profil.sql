with profils as (
    select * from {{ ref('int_logements__profils') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'parc'
),

agreges as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('localisation_qpv') }} as localisation_qpv,
        axe,
        modalite,
        cast(sum(nombre_logements) as bigint) as nombre_logements
    from profils
    group by periode, code_epci, axe, modalite, rollup (localisation_qpv)
),

totaux as (
    select
        periode,
        code_epci,
        localisation_qpv,
        nombre_logements
    from agreges
    where axe = 'ensemble'
),

final as (
    select
        agreges.periode,
        agreges.code_epci,
        agreges.localisation_qpv,
        agreges.axe,
        agreges.modalite,
        agreges.nombre_logements,
        cast(agreges.nombre_logements as double precision) / totaux.nombre_logements as part_logements,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agreges
    inner join totaux
        on
            agreges.periode = totaux.periode
            and agreges.code_epci = totaux.code_epci
            and agreges.localisation_qpv = totaux.localisation_qpv
    inner join metadonnees
        on agreges.periode = metadonnees.periode and agreges.code_epci = metadonnees.code_epci
)

select * from final
