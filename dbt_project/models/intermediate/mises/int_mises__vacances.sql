with mises as (
    select * from {{ ref('int_mises__retenues') }}
),

suivies as (
    select
        *,
        lag(date_mise_a_disposition) over remises as date_precedente,
        lag(date_bail_valide) over remises as date_bail_precedent,
        lag(nature_flux) over remises as nature_precedente,
        lag(code_bailleur) over remises as code_bailleur_precedent,
        lag(date_retour) over remises as date_retour_precedent
    from mises
    window remises as (partition by logement_id order by date_mise_a_disposition, mise_id)
),

ouvertes as (
    select
        *,
        {{ ouvre_une_vacance(
            'logement_id', 'date_mise_a_disposition', 'date_precedente', 'date_bail_precedent'
        ) }} as ouvre_vacance
    from suivies
),

rangees as (
    select
        *,
        sum(cast(ouvre_vacance as bigint)) over (
            partition by logement_id
            order by date_mise_a_disposition, mise_id
            rows between unbounded preceding and current row
        ) as rang_vacance
    from ouvertes
),

nommees as (
    select
        *,
        case
            when logement_id is null then mise_id
            else first_value(mise_id) over (
                partition by logement_id, rang_vacance order by date_mise_a_disposition, mise_id
            )
        end as vacance_id
    from rangees
),

final as (
    select
        * exclude (ouvre_vacance, rang_vacance),
        min(date_mise_a_disposition) over (partition by vacance_id) as date_vacance,
        -- La dernière remise qui dit où va le logement porte la vacance dans l'assiette (règle F6).
        row_number() over (
            partition by vacance_id
            order by nature_flux = 'non_oriente' asc, date_mise_a_disposition desc, mise_id desc
        ) = 1 as est_comptee_assiette,
        -- Remis de nouveau sans avoir été rendu ni loué, ou par un autre bailleur : dans deux flux.
        not ouvre_vacance
        and (
            code_bailleur <> code_bailleur_precedent
            or (
                nature_precedente <> 'non_oriente'
                and coalesce(date_retour_precedent > date_mise_a_disposition, true)
            )
        ) as est_dans_deux_flux
    from nommees
)

select * from final
