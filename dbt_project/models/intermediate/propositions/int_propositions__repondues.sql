with propositions as (
    select
        propositions.*,
        propositions.etat = 'REFUS' as est_refus,
        coalesce(propositions.date_reponse, propositions.date_creation) as date_refus
    from {{ ref('int_propositions__retenues') }} as propositions
    left join {{ ref('int_demandes__datees') }} as demandes
        on propositions.demande_id = demandes.demande_id
    -- Les ménages seuls (règle A17).
    where coalesce(demandes.est_menage, true)
),

scores as (
    select
        demande_id,
        code_epci,
        date_points,
        bool_or(points < 0) as a_points_negatifs
    from {{ ref('int_points__rattaches') }}
    where critere <> 'TOTAL'
    group by demande_id, code_epci, date_points
),

-- La demande avait-elle déjà refusé, dans cet EPCI, dans les douze mois d'avant ?
repetees as (
    select distinct refus.proposition_id
    from propositions as refus
    inner join propositions as precedents
        on
            refus.demande_id = precedents.demande_id
            and refus.code_epci = precedents.code_epci
            and refus.proposition_id <> precedents.proposition_id
            and precedents.date_refus between cast(refus.date_refus - interval 12 month as date)
            and refus.date_refus
            and (
                refus.date_refus > precedents.date_refus
                or refus.proposition_id > precedents.proposition_id
            )
    where refus.est_refus and precedents.est_refus
),

-- Le premier score qui suit le refus dit s'il a coûté des points.
final as (
    select
        propositions.proposition_id,
        propositions.code_epci,
        propositions.code_bailleur,
        propositions.code_reservataire,
        propositions.date_creation,
        propositions.etat,
        propositions.est_refus,
        case when propositions.est_refus then coalesce(propositions.motif_refus, 'non_renseigne') end
            as motif_refus,
        case when propositions.est_refus then propositions.delai_reponse_jours end as delai_refus_jours,
        repetees.proposition_id is not null as est_refus_repete,
        case when propositions.est_refus then scores.a_points_negatifs end as a_points_negatifs
    from propositions
    left join repetees on propositions.proposition_id = repetees.proposition_id
    asof left join scores
        on
            propositions.demande_id = scores.demande_id
            and propositions.code_epci = scores.code_epci
            and propositions.date_refus <= scores.date_points
)

select * from final
