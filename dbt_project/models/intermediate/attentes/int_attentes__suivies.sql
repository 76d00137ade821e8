with presences as (
    select * from {{ ref('int_presences__trimestrielles') }}
    where est_menage
),

-- Un changement de premier souhait coupe l'attente ; des trimestres qui se suivent n'en font qu'une.
situees as (
    select
        presences.*,
        periodes.periode as fenetre,
        date_diff('quarter', date '1900-01-01', presences.premier_jour) - row_number() over (
            partition by
                presences.demande_id, presences.numero_presence, periodes.periode, presences.code_epci_fin
            order by presences.premier_jour
        ) as suite
    from presences
    inner join {{ ref('int_periodes__couvertes') }} as periodes
        on
            presences.premier_jour >= periodes.premier_jour
            and presences.dernier_jour <= periodes.dernier_jour
),

-- De l'entrée, ou du premier jour de la fenêtre, à la sortie, ou au dernier jour suivi (règle F12).
bornees as (
    select
        demande_id,
        numero_presence,
        fenetre as periode,
        code_epci_fin as code_epci,
        min(date_premier_depot) as date_premier_depot,
        greatest(min(date_entree), min(premier_jour)) as date_debut,
        least(min(date_sortie), max(dernier_jour)) as date_fin,
        max(nature_sortie) as nature_sortie,
        max_by(type_demande, premier_jour) as type_demande
    from situees
    group by demande_id, numero_presence, fenetre, code_epci_fin, suite
),

-- Le score d'un ménage logé est celui de sa commission, sinon de son bail (règle C1).
logees as (
    select
        radiations.demande_id,
        radiations.date_radiation,
        coalesce(attributions.date_caleol, attributions.date_attribution) as date_reference
    from {{ ref('int_attributions__sourcees') }} as attributions
    inner join {{ ref('int_radiations__attribuees') }} as radiations
        on attributions.radiation_id = radiations.radiation_id
),

datees as (
    select
        bornees.*,
        coalesce(logees.date_reference, bornees.date_fin) as date_reference
    from bornees
    left join logees
        on
            bornees.demande_id = logees.demande_id
            and case bornees.nature_sortie when 'attribution' then bornees.date_fin end
            = logees.date_radiation
),

scores as (
    select * from {{ ref('int_scores__sommes') }}
    qualify row_number() over (
        partition by demande_id, code_epci, date_points
        order by grille_version desc
    ) = 1
),

cotees as (
    select
        datees.*,
        scores.grille_version,
        scores.points
    from datees
    asof left join scores
        on
            datees.demande_id = scores.demande_id
            and datees.code_epci = scores.code_epci
            and datees.date_reference >= scores.date_points
),

-- Âges de la demande, en jours depuis le premier dépôt : suivie du lendemain de `jours_debut` à `jours_fin`.
final as (
    select
        cotees.demande_id,
        cotees.numero_presence,
        cotees.periode,
        cotees.code_epci,
        cotees.date_fin,
        cotees.type_demande,
        {{ quartile_cotation('cotees.points', 'bornes.p25', 'bornes.p50', 'bornes.p75') }}
            as quartile_cotation,
        case
            when cotees.date_fin >= cotees.date_premier_depot
                then greatest(cotees.date_debut - cotees.date_premier_depot, 0) - 1
        end as jours_debut,
        case
            when cotees.date_fin >= cotees.date_premier_depot
                then cotees.date_fin - cotees.date_premier_depot
        end as jours_fin,
        case
            when cotees.nature_sortie is null then 'censure'
            when cotees.nature_sortie = 'attribution' then 'attribution'
            else 'autre_sortie'
        end as issue
    from cotees
    left join {{ ref('int_scores__bornes') }} as bornes
        on
            cotees.periode = bornes.periode
            and cotees.code_epci = bornes.code_epci
            and cotees.grille_version = bornes.grille_version
)

select * from final
