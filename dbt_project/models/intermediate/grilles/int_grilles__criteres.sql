-- depends_on: {{ ref('stg_grilles__requetes') }}
with final as (
    select * from grilles_criteres()
)

select * from final
