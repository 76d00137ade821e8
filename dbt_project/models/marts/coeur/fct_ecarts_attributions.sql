with ecarts as (
    select * from {{ ref('int_ecarts__reunis') }}
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
    from ecarts
)

select * from final
