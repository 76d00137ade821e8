with refus as (
    select
        *,
        coalesce(date_reponse, date_creation) as date_refus
    from {{ ref('int_propositions__retenues') }}
    where etat = 'REFUS'
),

mises as (
    select
        vacances.*,
        localisees.localisation_qpv
    from {{ ref('int_mises__vacances') }} as vacances
    inner join {{ ref('int_mises__localisees') }} as localisees on vacances.mise_id = localisees.mise_id
),

logements as (
    select * from {{ ref('int_logements__identifies') }}
),

-- Le logement refusé se décrit par sa dernière remise d'avant le refus, sinon la première, sinon le RPLS.
decrits as (
    select
        refus.proposition_id,
        refus.code_bailleur,
        refus.logement_id,
        refus.code_epci,
        refus.code_commune,
        refus.code_reservataire,
        refus.date_refus,
        mises.typologie,
        mises.financement,
        mises.localisation_qpv,
        mises.periode_construction
    from refus
    left join mises on refus.logement_id = mises.logement_id
    qualify row_number() over (
        partition by refus.proposition_id
        order by
            mises.date_mise_a_disposition > refus.date_refus asc,
            abs(refus.date_refus - mises.date_mise_a_disposition) asc,
            mises.mise_id asc
    ) = 1
),

final as (
    select
        decrits.proposition_id,
        decrits.code_bailleur,
        decrits.code_epci,
        decrits.code_commune,
        decrits.code_reservataire,
        decrits.date_refus,
        coalesce(decrits.typologie, logements.typologie, 'non_renseigne') as typologie,
        coalesce(decrits.financement, 'non_renseigne') as financement,
        coalesce(decrits.localisation_qpv, 'non_renseigne') as localisation_qpv,
        coalesce(decrits.periode_construction, logements.periode_construction, 'non_renseigne')
            as periode_construction
    from decrits
    left join logements on decrits.logement_id = logements.logement_id
)

select * from final
