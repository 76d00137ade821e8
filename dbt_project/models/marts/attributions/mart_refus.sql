with propositions as (
    select * from {{ ref('int_propositions__repondues') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'refus'
),

-- Chaque proposition compte à sa création : ses refus ne la dépassent jamais.
datees as (
    select
        periodes.periode,
        propositions.*
    from propositions
    inner join periodes on propositions.date_creation between periodes.premier_jour and periodes.dernier_jour
),

faites as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('code_reservataire') }} as code_reservataire,
        count(*) as nombre_propositions,
        count(*) filter (where etat = 'SANSREP') as nombre_sans_reponse
    from datees
    group by
        periode,
        code_epci,
        cube (code_bailleur, code_reservataire)
),

-- Sans un refus, la ligne « ensemble » reste, à zéro.
refusees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('code_reservataire') }} as code_reservataire,
        {{ modalite_ou_ensemble('motif_refus') }} as motif_refus,
        count(*) filter (where est_refus) as nombre_refus,
        count(*) filter (where est_refus_repete) as nombre_refus_repetes,
        count(a_points_negatifs) as nombre_refus_recotes,
        count(*) filter (where a_points_negatifs) as nombre_refus_decotes,
        count(delai_refus_jours) as nombre_delais_refus,
        cast(sum(delai_refus_jours) as double precision) / nullif(count(delai_refus_jours), 0)
            as delai_refus_moyen_jours,
        percentile_cont(0.5) within group (order by delai_refus_jours) as delai_refus_median_jours
    from datees
    group by
        periode,
        code_epci,
        cube (code_bailleur, code_reservataire),
        rollup (motif_refus)
    having grouping(motif_refus) = 1 or motif_refus is not null
),

final as (
    select
        refusees.periode,
        refusees.code_epci,
        refusees.code_bailleur,
        refusees.code_reservataire,
        refusees.motif_refus,
        faites.nombre_propositions,
        faites.nombre_sans_reponse,
        refusees.nombre_refus,
        cast(refusees.nombre_refus as double precision) / faites.nombre_propositions as part_refus,
        refusees.nombre_delais_refus,
        refusees.delai_refus_moyen_jours,
        refusees.delai_refus_median_jours,
        refusees.nombre_refus_repetes,
        refusees.nombre_refus_recotes,
        refusees.nombre_refus_decotes,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from refusees
    inner join faites
        on
            refusees.periode = faites.periode
            and refusees.code_epci = faites.code_epci
            and refusees.code_bailleur = faites.code_bailleur
            and refusees.code_reservataire = faites.code_reservataire
    inner join metadonnees
        on refusees.periode = metadonnees.periode and refusees.code_epci = metadonnees.code_epci
)

select * from final
