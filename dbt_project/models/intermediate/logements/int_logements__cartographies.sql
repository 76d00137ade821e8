with millesimes as (
    select * from {{ ref('int_logements__millesimes') }}
),

-- Dernière réponse du RPLS sur chaque carte ; après une vente, la ligne sans motif de sortie (règle R0.1).
final as (
    select
        logement_id,
        generation_carte,
        localisation_qpv,
        millesime
    from millesimes
    where
        logement_id is not null
        and generation_carte is not null
        and localisation_qpv <> 'non_renseigne'
    qualify row_number() over (
        partition by logement_id, generation_carte
        order by est_sorti_du_parc asc, millesime desc, organisme_id asc, logement_interne_id asc
    ) = 1
)

select * from final
