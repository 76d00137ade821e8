with reunies as (
    select
        'syplo' as logiciel,
        demande_id,
        code_label,
        date_label,
        date_fin_label,
        statut,
        date_depot,
        cast(null as date) as date_radiation,
        date_mise_a_jour,
        periode,
        fournisseur,
        recu_le,
        ligne
    from {{ ref('stg_interfaces__syplo') }}
    union all
    select
        'pelehas' as logiciel,
        demande_id,
        code_label,
        date_label,
        date_fin_label,
        statut,
        date_depot,
        date_radiation,
        date_mise_a_jour,
        periode,
        fournisseur,
        recu_le,
        ligne
    from {{ ref('stg_interfaces__pelehas') }}
),

trimestres as (
    select * from {{ ref('int_periodes__suivies') }}
),

stocks as (
    select * from {{ ref('int_stocks__dates') }}
),

-- Sans stock du SNE au même jour, rien ne se compare.
final as (
    select
        reunies.logiciel,
        trimestres.periode as trimestre,
        trimestres.dernier_jour,
        reunies.demande_id,
        case
            when reunies.date_radiation <= trimestres.dernier_jour then 'finie'
            else coalesce(statuts.etat, 'non_renseigne')
        end as etat_logiciel,
        case
            when
                coalesce(reunies.date_label <= trimestres.dernier_jour, true)
                and coalesce(reunies.date_fin_label >= trimestres.dernier_jour, true)
                then reunies.code_label
        end as code_label,
        reunies.date_depot,
        reunies.date_radiation,
        reunies.date_mise_a_jour,
        reunies.periode,
        reunies.fournisseur,
        reunies.recu_le,
        reunies.ligne
    from reunies
    inner join trimestres on {{ dernier_jour_periode('reunies.periode') }} = trimestres.dernier_jour
    inner join stocks on trimestres.dernier_jour = stocks.date_stock
    left join {{ ref('statuts_interfaces') }} as statuts
        on reunies.logiciel = statuts.logiciel and reunies.statut = statuts.statut
)

select * from final
