with presences as (
    select * from {{ ref('int_presences__delimitees') }}
),

trimestres as (
    select * from {{ ref('int_periodes__suivies') }}
),

declarations as (
    select * from {{ ref('int_declarations__datees') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

-- L'EPCI est celui du premier souhait, tel qu'il est dit à la fin du trimestre ou à la sortie (règle A11).
situees as (
    select
        presences.demande_id,
        presences.numero_presence,
        presences.date_entree,
        presences.date_sortie,
        trimestres.periode,
        trimestres.premier_jour,
        trimestres.dernier_jour,
        presences.date_entree < trimestres.premier_jour as est_active_debut,
        presences.date_sortie is null or presences.date_sortie > trimestres.dernier_jour as est_active_fin,
        case when presences.date_entree >= trimestres.premier_jour then presences.nature_entree end
            as nature_entree,
        case when presences.date_sortie <= trimestres.dernier_jour then presences.nature_sortie end
            as nature_sortie,
        declarations.code_epci as code_epci_fin,
        {{ type_demande('declarations.mode_mutation', 'declarations.mode_logement_actuel') }} as type_demande
    from presences
    inner join trimestres
        on
            presences.date_entree <= trimestres.dernier_jour
            and coalesce(presences.date_sortie >= trimestres.premier_jour, true)
    inner join declarations
        on
            presences.demande_id = declarations.demande_id
            and least(presences.date_sortie, trimestres.dernier_jour)
            between declarations.valide_du and declarations.valide_au
),

final as (
    select
        situees.*,
        coalesce(
            lag(situees.code_epci_fin) over (
                partition by situees.demande_id, situees.numero_presence
                order by situees.premier_jour
            ),
            situees.code_epci_fin
        ) as code_epci_debut,
        demandes.est_menage,
        demandes.date_premier_depot
    from situees
    inner join demandes on situees.demande_id = demandes.demande_id
)

select * from final
