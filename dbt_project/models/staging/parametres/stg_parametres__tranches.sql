with source as (
    select * from {{ source('parametres', 'tranches') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('tranche_points') }} as tranche_points,
        cast(borne_min as decimal(18, 2)) as borne_min,
        cast(borne_max as decimal(18, 2)) as borne_max,
        cast(valide_du as date) as valide_du,
        cast(valide_au as date) as valide_au,
        {{ texte('source') }} as texte_source,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
