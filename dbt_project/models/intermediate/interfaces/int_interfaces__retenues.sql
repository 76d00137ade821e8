with livrees as (
    select * from {{ ref('int_interfaces__livrees') }}
),

correspondances as (
    select distinct
        logiciel,
        code_label
    from {{ ref('correspondances_labels') }}
),

-- Une demande à plusieurs labels a plusieurs lignes.
labels as (
    select
        livrees.trimestre,
        livrees.logiciel,
        livrees.demande_id,
        list(distinct livrees.code_label) as codes_labels,
        count(livrees.code_label) > count(correspondances.code_label) as a_label_sans_correspondance
    from livrees
    left join correspondances
        on
            livrees.logiciel = correspondances.logiciel
            and livrees.code_label = correspondances.code_label
    group by livrees.trimestre, livrees.logiciel, livrees.demande_id
),

dernieres as (
    select * from livrees
    qualify row_number() over (
        partition by trimestre, logiciel, demande_id
        order by date_mise_a_jour desc nulls last, {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        dernieres.logiciel,
        dernieres.trimestre,
        dernieres.dernier_jour,
        dernieres.demande_id,
        dernieres.etat_logiciel,
        dernieres.date_depot,
        dernieres.date_radiation,
        dernieres.date_mise_a_jour,
        dernieres.periode,
        dernieres.fournisseur,
        dernieres.ligne,
        labels.codes_labels,
        labels.a_label_sans_correspondance
    from dernieres
    inner join labels
        on
            dernieres.trimestre = labels.trimestre
            and dernieres.logiciel = labels.logiciel
            and dernieres.demande_id = labels.demande_id
)

select * from final
