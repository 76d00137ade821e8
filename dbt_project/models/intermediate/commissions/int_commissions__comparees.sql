with candidatures as (
    select
        candidatures.*,
        nullif(candidatures.code_reservataire, 'non_renseigne') as reservataire_connu,
        {{ est_score_ancien('candidatures.date_points', 'candidatures.date_seance') }} as est_score_ancien
    from {{ ref('int_candidatures__cotees') }} as candidatures
    left join {{ ref('int_demandes__datees') }} as demandes
        on candidatures.demande_id = demandes.demande_id
    -- L'unité est la commission et le logement : sans logement, elle est inconnue (règles A17, F11).
    where candidatures.logement_id is not null and coalesce(demandes.est_menage, true)
),

-- Cotés et classés, au moins deux, par une seule version de grille (règles C5, F11).
comparables as (
    select
        *,
        max(points) over (partition by commission_id, logement_id) as points_tete,
        max(points) filter (where rang = 1) over (partition by commission_id, logement_id)
            as points_premier,
        max(points) filter (where a_bail_signe) over (partition by commission_id, logement_id)
            as points_attributaire
    from candidatures
    where est_cotee and rang is not null
    qualify
        count(*) over (partition by commission_id, logement_id) >= 2
        and min(grille_version) over (partition by commission_id, logement_id)
        = max(grille_version) over (partition by commission_id, logement_id)
),

tetes as (
    select
        commission_id,
        logement_id,
        count(*) as nombre_candidats_compares,
        count(*) filter (where est_score_ancien) as nombre_scores_anciens,
        -- À égalité de points, en tête ; écart : candidats qui ont strictement plus de points.
        min(points_premier) = min(points_tete) as est_premier_en_tete,
        count(*) filter (where points > points_premier) as ecart_rang_premier,
        min(points_attributaire) = min(points_tete) as est_attributaire_en_tete,
        count(*) filter (where points > points_attributaire) as ecart_rang_attributaire
    from comparables
    group by commission_id, logement_id
),

-- Chaque paire une fois, le mieux classé d'abord.
paires as (
    select
        mieux.commission_id,
        mieux.logement_id,
        count(*) as nombre_paires,
        count(*) filter (where mieux.rang < suivant.rang and mieux.points > suivant.points)
            as nombre_paires_concordantes,
        count(*) filter (where mieux.rang < suivant.rang and mieux.points < suivant.points)
            as nombre_paires_discordantes,
        count(*) filter (where mieux.rang < suivant.rang and mieux.points = suivant.points)
            as nombre_paires_egales_points,
        count(*) filter (where mieux.rang = suivant.rang and mieux.points <> suivant.points)
            as nombre_paires_egales_rang
    from comparables as mieux
    inner join comparables as suivant
        on
            mieux.commission_id = suivant.commission_id
            and mieux.logement_id = suivant.logement_id
            and (
                mieux.rang < suivant.rang
                or (mieux.rang = suivant.rang and mieux.candidature_id < suivant.candidature_id)
            )
    group by mieux.commission_id, mieux.logement_id
),

examinees as (
    select
        commission_id,
        logement_id,
        min(date_seance) as date_seance,
        min(code_epci) as code_epci,
        min(code_bailleur) as code_bailleur,
        -- Des candidats de plusieurs réservataires : inconnu.
        case
            when min(reservataire_connu) = max(reservataire_connu) then min(reservataire_connu)
            else 'non_renseigne'
        end as code_reservataire
    from candidatures
    group by commission_id, logement_id
),

final as (
    select
        examinees.*,
        tetes.commission_id is not null as est_comparee,
        coalesce(tetes.nombre_candidats_compares, 0) as nombre_candidats_compares,
        coalesce(tetes.nombre_scores_anciens, 0) as nombre_scores_anciens,
        tetes.est_premier_en_tete,
        case when tetes.est_premier_en_tete is not null then tetes.ecart_rang_premier end
            as ecart_rang_premier,
        tetes.est_attributaire_en_tete,
        case when tetes.est_attributaire_en_tete is not null then tetes.ecart_rang_attributaire end
            as ecart_rang_attributaire,
        coalesce(paires.nombre_paires, 0) as nombre_paires,
        coalesce(paires.nombre_paires_concordantes, 0) as nombre_paires_concordantes,
        coalesce(paires.nombre_paires_discordantes, 0) as nombre_paires_discordantes,
        coalesce(paires.nombre_paires_egales_points, 0) as nombre_paires_egales_points,
        coalesce(paires.nombre_paires_egales_rang, 0) as nombre_paires_egales_rang
    from examinees
    left join tetes
        on examinees.commission_id = tetes.commission_id and examinees.logement_id = tetes.logement_id
    left join paires
        on examinees.commission_id = paires.commission_id and examinees.logement_id = paires.logement_id
)

select * from final
