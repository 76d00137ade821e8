with declarations as (
    select * from {{ ref('int_declarations__reunies') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

-- Sans souhait écrit, le précédent vaut encore ; à défaut, le premier qui suit.
bornees as (
    select
        *,
        coalesce(
            last_value(code_commune_dite ignore nulls) over avant,
            first_value(code_commune_dite ignore nulls) over apres
        ) as code_commune_connue,
        lag(date_declaration) over ordre is null as est_premiere,
        lead(date_declaration) over ordre as date_suivante
    from declarations
    window
        ordre as (partition by demande_id order by date_declaration),
        avant as (
            partition by demande_id order by date_declaration
            rows between unbounded preceding and current row
        ),
        apres as (
            partition by demande_id order by date_declaration
            rows between current row and unbounded following
        )
),

final as (
    select
        bornees.demande_id,
        bornees.date_declaration,
        bornees.demande_sne_id,
        bornees.periode,
        bornees.fournisseur,
        bornees.taille_menage,
        bornees.age,
        bornees.est_age_au_depot,
        bornees.montant_revenu_mensuel_foyer_eur,
        bornees.unites_consommation,
        {{ ressources_uc('bornees.montant_revenu_mensuel_foyer_eur', 'bornees.unites_consommation') }}
            as montant_ressources_uc_annuelles_eur,
        bornees.statut_professionnel,
        bornees.mode_logement_actuel,
        bornees.mode_mutation,
        bornees.typologie_recherchee,
        bornees.motif_demande,
        bornees.situation_familiale,
        bornees.nombre_cotitulaires,
        bornees.nombre_personnes_a_charge,
        bornees.nombre_personnes_handicapees,
        bornees.categorie_logement_actuel,
        bornees.typologie_actuelle,
        bornees.code_commune_actuelle,
        bornees.categorie_logement_recherche,
        bornees.montant_apl_mensuel_eur,
        bornees.est_relogement_anru,
        -- La première déclaration vaut aussi pour ce qui la précède.
        if(bornees.est_premiere, date '1900-01-01', bornees.date_declaration) as valide_du,
        coalesce(bornees.date_suivante - 1, date '9999-12-31') as valide_au,
        coalesce(communes.code_commune, bornees.code_commune_connue, 'non_renseigne') as code_commune,
        case
            when communes.code_epci is not null then communes.code_epci
            when bornees.code_commune_connue is not null then 'hors_territoire'
            else 'non_renseigne'
        end as code_epci
    from bornees
    left join communes on bornees.code_commune_connue = communes.code_commune_ancien
)

select * from final
