with commissions as (
    select * from {{ ref('int_commissions__comparees') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'caleol'
),

agregees as (
    select
        periodes.periode,
        commissions.code_epci,
        {{ modalite_ou_ensemble('commissions.code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('commissions.code_reservataire') }} as code_reservataire,
        count(*) as nombre_commissions,
        count(*) filter (where commissions.est_comparee) as nombre_commissions_comparees,
        cast(sum(commissions.nombre_candidats_compares) as bigint) as nombre_candidats_compares,
        cast(sum(commissions.nombre_scores_anciens) as double precision) as nombre_scores_anciens,
        count(commissions.est_premier_en_tete) as nombre_premiers,
        cast(count(*) filter (where commissions.est_premier_en_tete) as double precision) as premiers_en_tete,
        cast(sum(commissions.ecart_rang_premier) as double precision) as ecart_rang_premiers,
        count(commissions.est_attributaire_en_tete) as nombre_attributaires,
        cast(count(*) filter (where commissions.est_attributaire_en_tete) as double precision)
            as attributaires_en_tete,
        cast(sum(commissions.ecart_rang_attributaire) as double precision) as ecart_rang_attributaires,
        cast(sum(commissions.nombre_paires) as bigint) as nombre_paires,
        cast(sum(commissions.nombre_paires_concordantes) as bigint) as nombre_paires_concordantes,
        cast(sum(commissions.nombre_paires_discordantes) as bigint) as nombre_paires_discordantes,
        cast(sum(commissions.nombre_paires_egales_points) as bigint) as nombre_paires_egales_points,
        cast(sum(commissions.nombre_paires_egales_rang) as bigint) as nombre_paires_egales_rang
    from commissions
    inner join periodes on commissions.date_seance between periodes.premier_jour and periodes.dernier_jour
    group by
        periodes.periode,
        commissions.code_epci,
        cube (commissions.code_bailleur, commissions.code_reservataire)
),

final as (
    select
        agregees.periode,
        agregees.code_epci,
        agregees.code_bailleur,
        agregees.code_reservataire,
        agregees.nombre_commissions,
        agregees.nombre_commissions_comparees,
        agregees.nombre_candidats_compares,
        agregees.nombre_scores_anciens / nullif(agregees.nombre_candidats_compares, 0) as part_scores_anciens,
        agregees.nombre_premiers,
        agregees.premiers_en_tete / nullif(agregees.nombre_premiers, 0) as part_premiers_en_tete,
        agregees.ecart_rang_premiers / nullif(agregees.nombre_premiers, 0) as ecart_rang_moyen_premiers,
        agregees.nombre_attributaires,
        agregees.attributaires_en_tete / nullif(agregees.nombre_attributaires, 0)
            as part_attributaires_en_tete,
        agregees.ecart_rang_attributaires / nullif(agregees.nombre_attributaires, 0)
            as ecart_rang_moyen_attributaires,
        agregees.nombre_paires,
        agregees.nombre_paires_concordantes,
        agregees.nombre_paires_discordantes,
        agregees.nombre_paires_egales_points,
        agregees.nombre_paires_egales_rang,
        -- Tau-b de Kendall, paires mises en commun (règle F11).
        (agregees.nombre_paires_concordantes - agregees.nombre_paires_discordantes)
        / nullif(
            sqrt(
                cast(
                    agregees.nombre_paires_concordantes
                    + agregees.nombre_paires_discordantes
                    + agregees.nombre_paires_egales_points as double precision
                )
                * (
                    agregees.nombre_paires_concordantes
                    + agregees.nombre_paires_discordantes
                    + agregees.nombre_paires_egales_rang
                )
            ),
            0
        ) as tau_kendall,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agregees
    inner join metadonnees
        on agregees.periode = metadonnees.periode and agregees.code_epci = metadonnees.code_epci
)

select * from final
