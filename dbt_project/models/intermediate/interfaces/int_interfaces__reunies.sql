with retenues as (
    select * from {{ ref('int_interfaces__retenues') }}
),

presences as (
    select * from {{ ref('int_presences__delimitees') }}
),

trimestres as (
    select distinct
        logiciel,
        trimestre,
        dernier_jour
    from retenues
),

en_cours as (
    select
        trimestres.logiciel,
        trimestres.trimestre,
        trimestres.dernier_jour,
        etats.demande_id
    from trimestres
    inner join {{ ref('int_demandes__etats') }} as etats on trimestres.trimestre = etats.periode
    where etats.est_active
),

-- Radiée : sa dernière présence a pris fin, et une radiation le dit (règle A8).
radiees as (
    select
        retenues.logiciel,
        retenues.trimestre,
        retenues.demande_id,
        presences.date_sortie
    from retenues
    inner join presences
        on retenues.demande_id = presences.demande_id and retenues.dernier_jour >= presences.date_entree
    qualify
        row_number() over (
            partition by retenues.logiciel, retenues.trimestre, retenues.demande_id
            order by presences.numero_presence desc
        ) = 1
        and presences.date_sortie <= retenues.dernier_jour
        and presences.nature_sortie <> 'sans_motif'
),

final as (
    select
        coalesce(en_cours.logiciel, retenues.logiciel) as logiciel,
        coalesce(en_cours.trimestre, retenues.trimestre) as periode,
        coalesce(en_cours.dernier_jour, retenues.dernier_jour) as dernier_jour,
        coalesce(en_cours.demande_id, retenues.demande_id) as demande_id,
        coalesce(retenues.etat_logiciel, 'absente') as etat_logiciel,
        case
            when en_cours.demande_id is not null then 'en_cours'
            when radiees.demande_id is not null then 'radiee'
            else 'absente'
        end as etat_sne,
        retenues.codes_labels,
        coalesce(retenues.a_label_sans_correspondance, false) as a_label_sans_correspondance,
        retenues.date_mise_a_jour,
        retenues.date_depot,
        retenues.date_radiation as date_fin_logiciel,
        radiees.date_sortie as date_fin_sne,
        retenues.periode as periode_logiciel,
        retenues.fournisseur as fournisseur_logiciel,
        retenues.ligne as ligne_logiciel
    from en_cours
    full outer join retenues
        on
            en_cours.logiciel = retenues.logiciel
            and en_cours.trimestre = retenues.trimestre
            and en_cours.demande_id = retenues.demande_id
    left join radiees
        on
            retenues.logiciel = radiees.logiciel
            and retenues.trimestre = radiees.trimestre
            and retenues.demande_id = radiees.demande_id
)

select * from final
