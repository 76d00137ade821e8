with recursive radiations as (
    select * from {{ ref('int_radiations__qualifiees') }}
    where motif_radiation = 'RADATT'
),

-- Deux attributions SNE proches d'une demande : celle en vigueur, puis la dernière livrée.
classes as (
    select
        demande_id,
        radiation_id as cle,
        date_radiation as jour,
        row_number() over (
            partition by demande_id
            order by est_annulee asc, {{ derniere_livraison_d_abord() }}
        ) as rang
    from radiations
),

parcours as (
    {{ parcours_des_lignes_eloignees() }}
),

final as (
    select
        radiations.*,
        parcours.est_retenue
    from radiations
    inner join parcours on radiations.radiation_id = parcours.cle
)

select * from final
