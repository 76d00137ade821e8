with releves as (
    select * from {{ ref('int_ecarts__releves') }}
),

lignes_ecartees as (
    select * from {{ ref('int_ecarts__lignes_ecartees') }}
),

reunis as (
    select * from releves
    union all
    select * from lignes_ecartees
),

final as (
    select
        ecart_id,
        nature_ecart,
        attribution_id,
        demande_id,
        code_epci,
        date_ecart,
        periode_bailleur,
        fournisseur_bailleur,
        ligne_bailleur,
        periode_sne,
        fournisseur_sne,
        ligne_sne
    from reunis
)

select * from final
