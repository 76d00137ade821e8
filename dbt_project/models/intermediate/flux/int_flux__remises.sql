with mises as (
    select * from {{ ref('int_mises__vacances') }}
    where nature_flux = 'oriente'
),

organismes as (
    select distinct
        annee,
        code_bailleur,
        code_reservataire,
        code_organisme
    from {{ ref('int_conventions__retenues') }}
),

-- Un réservataire qui n'a qu'un organisme chez un bailleur n'a pas à le redire.
seuls as (
    select
        annee,
        code_bailleur,
        code_reservataire,
        min(code_organisme) as code_organisme
    from organismes
    group by annee, code_bailleur, code_reservataire
    having count(*) = 1
),

-- Qui est loué a été attribué, donc proposé : une étape sans date prend celle de la suivante (règle F10).
etapes as (
    select
        mises.*,
        coalesce(mises.code_organisme_reservataire, seuls.code_organisme, 'non_renseigne') as code_organisme,
        coalesce(mises.date_attribution, mises.date_bail_valide) as date_decision,
        case when mises.nombre_proposes > 0 then mises.date_mise_a_disposition end as date_designation_deduite
    from mises
    left join seuls
        on
            year(mises.date_mise_a_disposition) = seuls.annee
            and mises.code_bailleur = seuls.code_bailleur
            and mises.code_reservataire = seuls.code_reservataire
),

-- La même vacance remise deux fois au même réservataire compte une fois pour lui (règle F6).
comptees as (
    select
        vacance_id,
        code_bailleur,
        code_reservataire,
        code_organisme,
        min(mise_id) as mise_id,
        min(code_epci) as code_epci,
        min(code_commune) as code_commune,
        min(date_mise_a_disposition) as date_mise_a_disposition,
        min(coalesce(date_proposition, date_designation_deduite, date_decision)) as date_proposition,
        min(date_decision) as date_attribution,
        min(date_bail_valide) as date_bail,
        max(date_retour) as date_dernier_retour,
        bool_or(date_retour is not null or coalesce(issue = 'RENDU', false)) as est_retournee
    from etapes
    group by vacance_id, code_bailleur, code_reservataire, code_organisme
),

final as (
    select
        * exclude (est_retournee, date_dernier_retour),
        date_proposition is not null as est_proposee,
        date_attribution is not null as est_attribuee,
        date_bail is not null as est_louee,
        est_retournee and date_bail is null as est_rendue,
        case when date_bail is null then date_dernier_retour end as date_retour
    from comptees
)

select * from final
