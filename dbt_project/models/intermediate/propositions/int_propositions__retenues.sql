with livrees as (
    select
        *,
        {{ cle_de_bailleur('id_proposition') }} as proposition_id
    from {{ ref('stg_bailleurs__propositions') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

logements as (
    select * from {{ ref('int_logements__identifies') }}
),

-- Une proposition livrée de nouveau a changé d'état : le dernier livré l'emporte.
dedoublonnees as (
    select
        *,
        date_reponse - date_creation as delai_brut_jours
    from livrees
    qualify row_number() over (
        partition by proposition_id
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        dedoublonnees.proposition_id,
        dedoublonnees.demande_id,
        coalesce(dedoublonnees.code_bailleur, 'non_renseigne') as code_bailleur,
        dedoublonnees.logement_id,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci,
        coalesce(communes.code_commune, dedoublonnees.code_commune) as code_commune,
        coalesce(dedoublonnees.etat, 'non_renseigne') as etat,
        dedoublonnees.date_creation,
        dedoublonnees.date_commission,
        dedoublonnees.date_reponse,
        dedoublonnees.date_limite,
        dedoublonnees.date_bail,
        dedoublonnees.date_entree,
        -- Une réponse avant la création est une faute de saisie : délai inconnu.
        case
            when dedoublonnees.delai_brut_jours >= 0 then dedoublonnees.delai_brut_jours
        end as delai_reponse_jours,
        dedoublonnees.motif_refus,
        coalesce(dedoublonnees.decision, 'non_renseigne') as decision,
        {{ reservataire_retenu(
            {'bailleur': 'dedoublonnees.code_reservataire', 'rpls': 'logements.code_reservataire'}
        ) }} as code_reservataire,
        dedoublonnees.taux_effort,
        dedoublonnees.est_en_flux,
        dedoublonnees.motif_hors_flux
    from dedoublonnees
    left join communes on dedoublonnees.code_commune = communes.code_commune_ancien
    left join logements on dedoublonnees.logement_id = logements.logement_id
)

select * from final
