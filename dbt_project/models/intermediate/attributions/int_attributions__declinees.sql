with attributions as (
    select
        attribution_id,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        localisation_qpv,
        delai_attribution_jours,
        'ensemble' as ensemble,
        tranche_points,
        quartile_cotation,
        quartile_ressources,
        sous_groupe
    from {{ ref('int_attributions__classees') }}
),

final as (
    unpivot attributions
    on ensemble, tranche_points, quartile_cotation, quartile_ressources, sous_groupe
    into name axe value modalite
)

select * from final
