with livrees as (
    select
        *,
        {{ cle_de_bailleur('id_cal') }} as commission_id
    from {{ ref('stg_bailleurs__candidatures_caleol') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

logements as (
    select * from {{ ref('int_logements__identifies') }}
),

dedoublonnees as (
    select * from livrees
    qualify row_number() over (
        partition by commission_id, logement_id, demande_id
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        md5(
            concat_ws(
                '|',
                dedoublonnees.commission_id,
                coalesce(dedoublonnees.logement_id, ''),
                dedoublonnees.demande_id
            )
        ) as candidature_id,
        dedoublonnees.commission_id,
        dedoublonnees.date_seance,
        dedoublonnees.demande_id,
        coalesce(dedoublonnees.code_bailleur, 'non_renseigne') as code_bailleur,
        dedoublonnees.logement_id,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci,
        coalesce(communes.code_commune, dedoublonnees.code_commune) as code_commune,
        dedoublonnees.rang,
        coalesce(dedoublonnees.decision, 'non_renseigne') as decision,
        dedoublonnees.motif_decision,
        {{ reservataire_retenu(
            {'bailleur': 'dedoublonnees.code_reservataire', 'rpls': 'logements.code_reservataire'}
        ) }} as code_reservataire,
        dedoublonnees.taux_effort,
        dedoublonnees.a_bail_signe,
        -- L'unité est la commission et le logement (règle F11).
        count(*) over (partition by dedoublonnees.commission_id, dedoublonnees.logement_id)
            as nombre_candidats
    from dedoublonnees
    left join communes on dedoublonnees.code_commune = communes.code_commune_ancien
    left join logements on dedoublonnees.logement_id = logements.logement_id
)

select * from final
