with projetes as (
    select * from {{ ref('int_flux__projetes') }}
),

ruptures as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'flux'
),

final as (
    select
        cast(projetes.annee as varchar) as periode,
        projetes.code_epci,
        projetes.code_bailleur,
        projetes.code_perimetre,
        projetes.code_reservataire,
        projetes.code_organisme,
        projetes.taux_pct,
        projetes.objectif,
        projetes.objectif_realise,
        projetes.nombre_mises_a_disposition,
        projetes.nombre_proposees,
        projetes.nombre_attribuees,
        projetes.nombre_baux,
        projetes.nombre_rendues,
        cast(projetes.nombre_mises_a_disposition as double precision) / nullif(projetes.objectif, 0)
            as part_mises_a_disposition,
        cast(projetes.nombre_attribuees as double precision) / nullif(projetes.objectif, 0)
            as part_attribuees,
        cast(projetes.nombre_baux as double precision) / nullif(projetes.objectif, 0) as part_baux,
        projetes.prevision,
        projetes.prevision_min,
        projetes.prevision_max,
        projetes.prevision - projetes.objectif as ecart_prevision,
        projetes.est_perimetre_partiel,
        projetes.arrete_au,
        projetes.completude,
        coalesce(ruptures.rupture_qpv, false) as rupture_qpv
    from projetes
    left join ruptures
        on
            cast(projetes.annee as varchar) = ruptures.periode
            and projetes.code_epci = ruptures.code_epci
)

select * from final
