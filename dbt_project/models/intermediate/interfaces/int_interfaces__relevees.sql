with examinees as (
    select * from {{ ref('int_interfaces__examinees') }}
),

-- Une nature que rien ne dit reste vide, et n'est pas relevée.
final as (
    unpivot examinees
    on
    absente_du_logiciel,
    absente_du_sne,
    perimee_dans_le_logiciel,
    finie_dans_le_logiciel,
    label_different,
    date_depot_differente
    into name nature_ecart value est_en_ecart
)

select * from final
