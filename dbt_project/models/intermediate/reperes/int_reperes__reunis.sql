with declarations as (
    select * from {{ ref('int_declarations__completees') }}
),

epci as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

-- Ménages en cours au dernier jour d'un trimestre, dans chaque EPCI souhaité.
souhaites as (
    select
        etats.demande_id,
        unnest(declarations.codes_epci_souhaites) as code_epci,
        etats.dernier_jour as date_faits
    from {{ ref('int_demandes__etats') }} as etats
    inner join declarations
        on
            etats.demande_id = declarations.demande_id
            and etats.dernier_jour between declarations.valide_du and declarations.valide_au
    where etats.est_active and etats.est_menage
),

-- Jours où un score a servi ou a été déclaré, dans l'EPCI du logement ou de la grille.
servis as (
    select
        demande_id,
        code_epci,
        date_seance as date_faits
    from {{ ref('int_candidatures__retenues') }}
    union all
    select
        demande_id,
        code_epci,
        coalesce(date_caleol, date_attribution) as date_faits
    from {{ ref('int_attributions__sourcees') }}
    where est_menage
    union all
    select
        demande_id,
        code_epci,
        date_points as date_faits
    from {{ ref('int_scores__sommes') }}
),

final as (
    select distinct
        reunis.demande_id,
        reunis.code_epci,
        reunis.date_faits
    from (
        select * from souhaites
        union all
        select * from servis
    ) as reunis
    inner join epci on reunis.code_epci = epci.code_epci
    where reunis.demande_id is not null and reunis.date_faits is not null
)

select * from final
