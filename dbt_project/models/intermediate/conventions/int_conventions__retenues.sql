with livrees as (
    select
        *,
        coalesce(code_organisme_reservataire, 'non_renseigne') as code_organisme,
        -- Une valeur absente d'une soustraction est nulle ; l'assiette livrée l'emporte sur son calcul.
        coalesce(
            assiette_previsionnelle,
            nombre_disponibles_previsionnels
            {%- for categorie in motifs_de_soustraction() %}
                - coalesce(nombre_soustraits_{{ categorie }}, 0)
            {%- endfor %}
            - coalesce(nombre_exclus_defense, 0)
            - coalesce(nombre_exclus_securite, 0)
            - coalesce(nombre_exclus_sante, 0)
        ) as assiette_brute
    from {{ ref('stg_bailleurs__conventions_reservation') }}
),

-- Deux conventions du même réservataire, périmètre et année : la dernière livrée est suivie.
comparees as (
    select
        *,
        min(taux_pct) over concurrentes <> max(taux_pct) over concurrentes
        or min(assiette_brute) over concurrentes <> max(assiette_brute) over concurrentes
            as est_contredite,
        row_number() over (
            concurrentes
            order by {{ derniere_livraison_d_abord() }}
        ) as rang
    from livrees
    window concurrentes as (
        partition by annee, code_bailleur, type_perimetre, code_perimetre, code_reservataire, code_organisme
    )
),

final as (
    select
        concat_ws(
            '/', annee, code_bailleur, type_perimetre, code_perimetre, code_reservataire, code_organisme
        ) as convention_id,
        annee,
        code_bailleur,
        type_perimetre,
        code_perimetre,
        code_reservataire,
        code_organisme,
        nom_reservataire,
        mode_gestion,
        code_delegataire,
        contrepartie,
        date_signature,
        date_fin,
        taux_pct,
        -- Une convention muette compte les premières mises en location (règle F7).
        coalesce(a_premieres_locations_comprises, true) as a_premieres_locations_comprises,
        nombre_disponibles_previsionnels,
        {%- for categorie in motifs_de_soustraction() %}
            nombre_soustraits_{{ categorie }},
        {%- endfor %}
        nombre_exclus_defense + nombre_exclus_securite + nombre_exclus_sante as nombre_exclus,
        {{ jamais_negatif('assiette_brute') }} as assiette_previsionnelle,
        assiette_brute < 0 as est_assiette_negative,
        objectif as objectif_livre,
        {{ objectif_de_reservation('taux_pct', 'assiette_brute') }} as objectif,
        coalesce(est_contredite, false) as est_contredite
    from comparees
    where rang = 1
)

select * from final
