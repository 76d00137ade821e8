with millesimes as (
    select * from {{ ref('int_logements__millesimes') }}
),

final as (
    select * from millesimes
    qualify row_number() over (
        partition by organisme_id, logement_interne_id
        order by millesime desc
    ) = 1
)

select * from final
