with livres as (
    select
        *,
        {{ dernier_jour_periode('periode') }} as date_stock
    from {{ ref('stg_sne__demandes') }}
),

-- Deux livraisons du même jour (année et quatrième trimestre) font un stock : la dernière ligne l'emporte.
dedoublonnes as (
    select * from livres
    qualify row_number() over (
        partition by demande_id, date_stock
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        *,
        dense_rank() over (order by date_stock) as rang_stock
    from dedoublonnes
)

select * from final
