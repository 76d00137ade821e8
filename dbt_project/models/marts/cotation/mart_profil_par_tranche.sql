with demandes as (
    select * from {{ ref('int_demandes__declinees') }}
    where axe <> 'tranche_points'
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'demandes_cotees'
),

agregees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('tranche') }} as tranche_points,
        axe,
        modalite,
        count(*) as nombre_demandes
    from demandes
    group by periode, code_epci, axe, modalite, rollup (tranche)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.tranche_points,
        agregees.axe,
        agregees.modalite,
        agregees.nombre_demandes,
        cast(agregees.nombre_demandes as double precision) / sum(agregees.nombre_demandes) over (
            partition by agregees.periode, agregees.code_epci, agregees.tranche_points, agregees.axe
        ) as part_demandes,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
