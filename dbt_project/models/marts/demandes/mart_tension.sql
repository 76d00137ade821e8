with comptes as (
    select * from {{ ref('int_tensions__comptees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'tension'
),

final as (
    select
        comptes.periode,
        comptes.code_epci,
        comptes.axe,
        comptes.modalite,
        comptes.nombre_demandes_actives,
        case when comptes.est_complete then comptes.nombre_attributions_12_mois end
            as nombre_attributions_12_mois,
        -- Douze mois incomplets ou aucune attribution : pas de tension (règle F4).
        case
            when comptes.est_complete
                then
                    cast(comptes.nombre_demandes_actives as double precision)
                    / nullif(comptes.nombre_attributions_12_mois, 0)
        end as tension,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from comptes
    inner join metadonnees
        on comptes.periode = metadonnees.periode and comptes.code_epci = metadonnees.code_epci
)

select * from final
