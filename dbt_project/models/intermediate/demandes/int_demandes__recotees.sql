-- depends_on: {{ ref('stg_grilles__requetes') }}
with faits as ( -- noqa: ST03
    select * from {{ ref('int_demandes__faits') }}
),

-- Les faits et la grille du jour : à une séance, ceux de sa date.
final as (
    select
        *,
        'en_vigueur' as statut
    from grilles_totaux('faits')
    union all
    select
        *,
        'test' as statut
    from grilles_totaux_en_test('faits')
)

select * from final
