with demandes as (
    select * from {{ ref('int_interfaces__reunies') }}
    where etat_sne = 'en_cours'
),

decisions as (
    select * from {{ ref('int_decisions__retenues') }}
),

-- Un label de chaque côté : une correspondance suffit pour que le SNE le dise.
dits as (
    select
        demandes.periode,
        demandes.logiciel,
        demandes.demande_id,
        demandes.etat_logiciel,
        correspondances.code_label,
        coalesce(list_contains(demandes.codes_labels, correspondances.code_label), false)
            as est_dit_par_le_logiciel,
        bool_or(decisions.statut_dalo = correspondances.statut_dalo) as est_dit_par_le_sne,
        bool_or(decisions.statut_dalo = correspondances.statut_dalo and correspondances.est_attendue)
            as est_attendue
    from demandes
    inner join decisions
        on demandes.demande_id = decisions.demande_id and demandes.dernier_jour = decisions.date_stock
    inner join {{ ref('correspondances_labels') }} as correspondances
        on demandes.logiciel = correspondances.logiciel
    group by
        demandes.periode,
        demandes.logiciel,
        demandes.demande_id,
        demandes.etat_logiciel,
        demandes.codes_labels,
        correspondances.code_label
),

attendues as (
    select
        periode,
        logiciel,
        demande_id,
        bool_or(est_attendue) as est_attendue
    from dits
    group by periode, logiciel, demande_id
),

-- S'il y a plusieurs désaccords, le premier label est montré.
compares as (
    select
        periode,
        logiciel,
        demande_id,
        est_dit_par_le_logiciel <> est_dit_par_le_sne as est_label_different,
        code_label,
        if(est_dit_par_le_logiciel, 'logiciel', 'sne') as cote_label
    from dits
    where etat_logiciel = 'en_cours'
    qualify row_number() over (
        partition by periode, logiciel, demande_id
        order by est_dit_par_le_logiciel <> est_dit_par_le_sne desc, code_label
    ) = 1
),

final as (
    select
        attendues.periode,
        attendues.logiciel,
        attendues.demande_id,
        attendues.est_attendue,
        compares.est_label_different,
        case when compares.est_label_different then compares.code_label end as code_label,
        case when compares.est_label_different then compares.cote_label end as cote_label
    from attendues
    left join compares
        on
            attendues.periode = compares.periode
            and attendues.logiciel = compares.logiciel
            and attendues.demande_id = compares.demande_id
)

select * from final
