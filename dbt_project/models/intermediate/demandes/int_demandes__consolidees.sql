with demandes as (
    select * from {{ ref('int_demandes__etats') }}
),

evaluees as (
    select * from {{ ref('int_demandes__evaluees') }}
),

cotees as (
    select * from {{ ref('int_demandes__cotees') }}
),

epci as (
    {{ departement_par_epci() }}
),

delais_longs as (
    select * from {{ ref('int_parametres__dal') }}
),

final as (
    select
        demandes.*,
        {{ anciennete_mois('demandes.anciennete_jours') }} as anciennete_mois,
        -- Les indicateurs comptent les ménages en cours qui souhaitent le territoire (règles A11, A17).
        demandes.est_active and demandes.est_menage and epci.code_epci is not null
            as est_dans_les_indicateurs,
        {{ anciennete_mois('demandes.anciennete_jours') }} > delais_longs.delai_mois
            as est_delai_anormalement_long,
        evaluees.quartile_ressources,
        evaluees.est_seuil_provisoire,
        evaluees.source_seuil,
        evaluees.est_bornes_provisoires,
        cotees.date_points,
        cotees.grille_version,
        cotees.points,
        cotees.tranche_points,
        cotees.sous_groupe
    from demandes
    inner join evaluees
        on demandes.demande_id = evaluees.demande_id and demandes.periode = evaluees.periode
    inner join cotees
        on demandes.demande_id = cotees.demande_id and demandes.periode = cotees.periode
    left join epci on demandes.code_epci = epci.code_epci
    left join delais_longs
        on
            epci.code_departement = delais_longs.code_departement
            and demandes.dernier_jour
            between delais_longs.valide_du and coalesce(delais_longs.valide_au, demandes.dernier_jour)
)

select * from final
