with seances as (
    select * from {{ ref('int_seances__espacees') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'rythme_caleol'
),

agregees as (
    select
        periodes.periode,
        seances.code_epci,
        {{ modalite_ou_ensemble('seances.code_bailleur') }} as code_bailleur,
        count(*) as nombre_seances,
        cast(sum(seances.nombre_commissions) as bigint) as nombre_commissions,
        cast(sum(seances.nombre_candidatures) as bigint) as nombre_candidatures,
        cast(sum(seances.nombre_candidatures_sans_logement) as bigint) as nombre_candidatures_sans_logement,
        count(seances.jours_depuis_precedente) as nombre_intervalles,
        cast(sum(seances.jours_depuis_precedente) as double precision) as jours_entre_seances
    from seances
    inner join periodes on seances.date_seance between periodes.premier_jour and periodes.dernier_jour
    group by
        periodes.periode,
        seances.code_epci,
        rollup (seances.code_bailleur)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.nombre_seances,
        agregees.nombre_commissions,
        cast(agregees.nombre_commissions as double precision) / agregees.nombre_seances
            as logements_par_seance,
        agregees.nombre_candidatures,
        agregees.nombre_candidatures_sans_logement,
        cast(
            agregees.nombre_candidatures - agregees.nombre_candidatures_sans_logement as double precision
        )
        / nullif(agregees.nombre_commissions, 0) as candidats_par_logement,
        agregees.nombre_intervalles,
        agregees.jours_entre_seances / nullif(agregees.nombre_intervalles, 0) as jours_entre_seances_moyen,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
