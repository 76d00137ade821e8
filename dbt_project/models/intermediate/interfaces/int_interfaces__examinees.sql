with reunies as (
    select * from {{ ref('int_interfaces__reunies') }}
),

labels as (
    select * from {{ ref('int_interfaces__labellisees') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

declarations as (
    select * from {{ ref('int_declarations__datees') }}
),

stocks as (
    select * from {{ ref('int_stocks__retenus') }}
),

-- Une colonne par nature d'écart : vraie si la demande le présente, vide si rien ne le dit.
-- Ménages seuls (règle A17).
final as (
    select
        reunies.*,
        coalesce(declarations.code_epci, 'non_renseigne') as code_epci,
        reunies.etat_logiciel = 'en_cours' and reunies.etat_sne = 'en_cours' as est_commune,
        demandes.date_premier_depot,
        labels.code_label,
        labels.cote_label,
        stocks.periode as periode_sne,
        stocks.fournisseur as fournisseur_sne,
        stocks.ligne as ligne_sne,
        case when labels.est_attendue then reunies.etat_logiciel = 'absente' end as absente_du_logiciel,
        case when reunies.etat_logiciel = 'en_cours' then reunies.etat_sne = 'absente' end as absente_du_sne,
        case
            when reunies.etat_logiciel = 'en_cours' and reunies.etat_sne <> 'absente'
                then reunies.etat_sne = 'radiee'
        end as perimee_dans_le_logiciel,
        case
            when reunies.etat_sne = 'en_cours' and reunies.etat_logiciel in ('en_cours', 'finie')
                then reunies.etat_logiciel = 'finie'
        end as finie_dans_le_logiciel,
        labels.est_label_different as label_different,
        case
            when reunies.etat_logiciel = 'en_cours' and reunies.etat_sne = 'en_cours'
                then reunies.date_depot <> demandes.date_premier_depot
        end as date_depot_differente
    from reunies
    left join labels
        on
            reunies.periode = labels.periode
            and reunies.logiciel = labels.logiciel
            and reunies.demande_id = labels.demande_id
    left join demandes on reunies.demande_id = demandes.demande_id
    left join declarations
        on
            reunies.demande_id = declarations.demande_id
            and reunies.dernier_jour between declarations.valide_du and declarations.valide_au
    left join stocks
        on reunies.demande_id = stocks.demande_id and reunies.dernier_jour = stocks.date_stock
    where coalesce(demandes.est_menage, true)
)

select * from final
