-- « ppgd simuler » cote ces faits sans reconstruire.
with final as (
    select * from {{ ref('int_demandes__faits') }}
)

select * from final
