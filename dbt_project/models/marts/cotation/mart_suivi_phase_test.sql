with candidatures as (
    select
        *,
        substr(cast(date_seance as varchar), 1, 7) as mois_seance,
        commission_id || '|' || logement_id as examen_id,
        est_comparee and premiere_place_decidee = 1 as est_premier,
        est_comparee and premiere_place_decidee = 1 and premiere_place_test = 1 as est_premier_en_tete
    from {{ ref('int_candidatures__testees') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
    where cadence = 'trimestre'
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'phase_test'
),

agregees as (
    select
        candidatures.mois_seance,
        periodes.periode,
        candidatures.code_epci,
        candidatures.grille_version,
        {{ modalite_ou_ensemble('candidatures.motif_decision') }} as motif_decision,
        min(candidatures.perimetre_test) as perimetre_test,
        count(distinct candidatures.examen_id) as nombre_commissions,
        case
            when count(candidatures.est_en_periode_de_test) > 0
                then count(distinct candidatures.examen_id) filter (where candidatures.est_en_periode_de_test)
        end as nombre_commissions_en_periode_de_test,
        count(distinct candidatures.examen_id) filter (where candidatures.est_comparee)
            as nombre_commissions_comparees,
        count(*) as nombre_candidats_cotes,
        count(*) filter (where candidatures.est_comparee) as nombre_candidats_compares,
        count(*) filter (where candidatures.est_comparee and candidatures.ecart_places = 0)
            as nombre_rangs_identiques,
        count(*) filter (where candidatures.est_comparee and candidatures.ecart_places > 0)
            as nombre_rangs_differents,
        cast(sum(candidatures.ecart_places) filter (where candidatures.est_comparee) as double precision)
            as ecart_places_somme,
        count(*) filter (where candidatures.est_premier) as nombre_premiers,
        cast(count(*) filter (where candidatures.est_premier_en_tete) as double precision) as premiers_en_tete
    from candidatures
    inner join periodes
        on candidatures.date_seance between periodes.premier_jour and periodes.dernier_jour
    group by
        candidatures.mois_seance,
        periodes.periode,
        candidatures.code_epci,
        candidatures.grille_version,
        rollup (candidatures.motif_decision)
),

final as (
    select
        agregees.mois_seance,
        agregees.periode,
        agregees.code_epci,
        agregees.grille_version,
        agregees.motif_decision,
        agregees.perimetre_test,
        agregees.nombre_commissions,
        agregees.nombre_commissions_en_periode_de_test,
        agregees.nombre_commissions_comparees,
        agregees.nombre_candidats_cotes,
        agregees.nombre_candidats_compares,
        agregees.nombre_rangs_identiques,
        agregees.nombre_rangs_differents,
        agregees.ecart_places_somme / nullif(agregees.nombre_candidats_compares, 0) as ecart_rang_moyen,
        agregees.nombre_premiers,
        agregees.premiers_en_tete / nullif(agregees.nombre_premiers, 0) as part_premiers_en_tete,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
