with logements as (
    select * from {{ ref('int_logements__millesimes') }}
),

-- Dernier millésime qui porte le numéro RPLS ; en double après une vente, la ligne sans sortie (règle R0.1).
final as (
    select * from logements
    where logement_id is not null
    qualify row_number() over (
        partition by logement_id
        order by est_sorti_du_parc asc, millesime desc, organisme_id asc, logement_interne_id asc
    ) = 1
)

select * from final
