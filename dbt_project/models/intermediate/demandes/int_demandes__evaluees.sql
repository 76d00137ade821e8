with demandes as (
    select
        *,
        12 * montant_revenu_mensuel_foyer_eur as ressources_annuelles_eur,
        extract(year from dernier_jour) as annee
    from {{ ref('int_demandes__etats') }}
),

seuils as (
    select * from {{ ref('int_ressources__seuillees') }}
),

-- Seuil de l'EPCI du premier souhait, l'année du stock (règle D2) ; test en décimaux (règle D3).
final as (
    select
        demandes.demande_id,
        demandes.periode,
        case
            when demandes.montant_ressources_uc_annuelles_eur is null or seuils.seuil_eur_uc is null
                then 'non_renseigne'
            when {{ est_premier_quartile_annuel('demandes', 'seuils') }} then 'R1'
            else
                {{ quartile_ressources_superieur(
                    'demandes.montant_ressources_uc_annuelles_eur', 'seuils.p50', 'seuils.p75'
                ) }}
        end as quartile_ressources,
        coalesce(seuils.est_seuil_provisoire, false) as est_seuil_provisoire,
        coalesce(seuils.source_seuil, 'non_renseigne') as source_seuil,
        coalesce(seuils.est_bornes_provisoires, false) as est_bornes_provisoires
    from demandes
    left join seuils on demandes.code_epci = seuils.code_epci and demandes.annee = seuils.annee
)

select * from final
