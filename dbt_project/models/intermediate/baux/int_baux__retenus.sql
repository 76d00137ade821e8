with recursive baux as (
    select * from {{ ref('int_baux__dates') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
    where est_retenue
),

accords as (
    select
        baux.bail_id,
        bool_or(baux.logement_id = radiations.logement_id) as a_meme_logement,
        bool_or(baux.code_bailleur = radiations.code_bailleur) as a_meme_bailleur
    from baux
    inner join radiations
        on
            baux.demande_id = radiations.demande_id
            and {{ sont_proches('baux.date_rapprochement', 'radiations.date_radiation') }}
    group by baux.bail_id
),

-- Deux baux proches : celui qui s'accorde avec le SNE (logement, puis bailleur), sinon le premier (règle B4).
classes as (
    select
        baux.demande_id,
        baux.bail_id as cle,
        baux.date_rapprochement as jour,
        row_number() over (
            partition by baux.demande_id
            order by
                coalesce(accords.a_meme_logement, false) desc,
                coalesce(accords.a_meme_bailleur, false) desc,
                baux.date_bail_valide is null asc,
                baux.date_rapprochement asc,
                baux.bail_id asc
        ) as rang
    from baux
    left join accords on baux.bail_id = accords.bail_id
),

parcours as (
    {{ parcours_des_lignes_eloignees() }}
),

final as (
    select
        baux.*,
        parcours.est_retenue
    from baux
    inner join parcours on baux.bail_id = parcours.cle
)

select * from final
