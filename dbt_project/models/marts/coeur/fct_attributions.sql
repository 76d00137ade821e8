with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
),

final as (
    select
        attribution_id,
        demande_id,
        date_attribution,
        source_attribution,
        source_date,
        est_dans_les_indicateurs,
        est_menage,
        code_epci,
        code_commune,
        logement_id,
        typologie,
        code_bailleur,
        source_bailleur,
        code_reservataire,
        source_reservataire,
        type_demande,
        date_premier_depot,
        delai_attribution_jours,
        localisation_qpv,
        code_qpv,
        source_qpv,
        quartile_ressources,
        source_ressources,
        est_seuil_provisoire,
        date_caleol,
        date_points,
        grille_version,
        points,
        tranche_points,
        sous_groupe
    from attributions
)

select * from final
