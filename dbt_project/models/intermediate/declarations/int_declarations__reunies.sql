-- Ce que le SNE écrit d'une demande : à chaque stock, puis à sa radiation.
with livrees as (
    {{ declaration('int_stocks__retenus', 'date_stock') }}
    union all
    {{ declaration('int_radiations__qualifiees', 'date_radiation') }}
),

-- Un jour, une déclaration : la dernière livrée.
dedoublonnees as (
    select * from livrees
    qualify row_number() over (
        partition by demande_id, date_declaration
        order by recu_le desc, {{ dernier_jour_periode('periode') }} desc, fournisseur desc, age desc
    ) = 1
),

-- Le classement des communes ne joint que sa propre livraison (règle R0.8).
souhaits as (
    select
        periode,
        fournisseur,
        demande_sne_id,
        code_commune_souhaitee
    from {{ ref('stg_sne__communes_souhaitees') }}
    qualify row_number() over (partition by periode, fournisseur, demande_sne_id order by ordre, ligne) = 1
),

final as (
    select
        dedoublonnees.demande_id,
        dedoublonnees.date_declaration,
        dedoublonnees.demande_sne_id,
        dedoublonnees.periode,
        dedoublonnees.fournisseur,
        dedoublonnees.taille_menage,
        dedoublonnees.age,
        dedoublonnees.est_age_au_depot,
        dedoublonnees.montant_revenu_mensuel_foyer_eur,
        dedoublonnees.unites_consommation,
        dedoublonnees.statut_professionnel,
        dedoublonnees.mode_logement_actuel,
        dedoublonnees.mode_mutation,
        dedoublonnees.typologie_recherchee,
        dedoublonnees.motif_demande,
        dedoublonnees.situation_familiale,
        dedoublonnees.nombre_cotitulaires,
        dedoublonnees.nombre_personnes_a_charge,
        dedoublonnees.nombre_personnes_handicapees,
        dedoublonnees.categorie_logement_actuel,
        dedoublonnees.typologie_actuelle,
        dedoublonnees.code_commune_actuelle,
        dedoublonnees.categorie_logement_recherche,
        dedoublonnees.montant_apl_mensuel_eur,
        dedoublonnees.est_relogement_anru,
        coalesce(dedoublonnees.code_commune_souhaitee, souhaits.code_commune_souhaitee) as code_commune_dite
    from dedoublonnees
    left join souhaits
        on
            dedoublonnees.periode = souhaits.periode
            and dedoublonnees.fournisseur = souhaits.fournisseur
            and dedoublonnees.demande_sne_id = souhaits.demande_sne_id
)

select * from final
