{{ config(materialized='view') }}
with demandes as (
    select
        demande_id,
        periode,
        code_epci,
        anciennete_jours,
        grille_version,
        points,
        tranche_points as tranche,
        'ensemble' as ensemble,
        type_demande,
        taille_menage,
        tranche_age,
        tranche_anciennete,
        quartile_ressources,
        quartile_cotation,
        tranche_points,
        sous_groupe,
        mode_logement_actuel,
        statut_professionnel,
        typologie_recherchee,
        localisation_qpv
    from {{ ref('int_demandes__classees') }}
),

final as (
    unpivot demandes
    on
    ensemble,
    type_demande,
    taille_menage,
    tranche_age,
    tranche_anciennete,
    quartile_ressources,
    quartile_cotation,
    tranche_points,
    sous_groupe,
    mode_logement_actuel,
    statut_professionnel,
    typologie_recherchee,
    localisation_qpv
    into name axe value modalite
)

select * from final
