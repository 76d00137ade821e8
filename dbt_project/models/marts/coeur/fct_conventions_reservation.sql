with conventions as (
    select * from {{ ref('int_conventions__appliquees') }}
),

final as (
    select
        convention_id,
        code_epci,
        annee,
        code_bailleur,
        type_perimetre,
        code_perimetre,
        est_perimetre_partiel,
        code_reservataire,
        code_organisme,
        nom_reservataire,
        mode_gestion,
        code_delegataire,
        contrepartie,
        date_signature,
        date_fin,
        taux_pct,
        a_premieres_locations_comprises,
        nombre_disponibles_previsionnels,
        {%- for categorie in motifs_de_soustraction() %}
            nombre_soustraits_{{ categorie }},
        {%- endfor %}
        nombre_exclus,
        assiette_previsionnelle,
        assiette_realisee,
        objectif_livre,
        objectif,
        objectif_realise
    from conventions
)

select * from final
