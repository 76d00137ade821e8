with anomalies as (
    select * from {{ ref('int_flux__anomalies') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'flux'
),

final as (
    select
        cast(anomalies.annee as varchar) as periode,
        anomalies.code_epci,
        anomalies.code_bailleur,
        anomalies.code_perimetre,
        anomalies.code_reservataire,
        anomalies.code_organisme,
        anomalies.nature_anomalie,
        anomalies.gravite,
        anomalies.valeur,
        anomalies.limite,
        anomalies.constat,
        anomalies.remede,
        metadonnees.arrete_au,
        coalesce(metadonnees.completude, 0) as completude,
        coalesce(metadonnees.rupture_qpv, false) as rupture_qpv
    from anomalies
    left join metadonnees
        on
            cast(anomalies.annee as varchar) = metadonnees.periode
            and anomalies.code_epci = metadonnees.code_epci
)

select * from final
