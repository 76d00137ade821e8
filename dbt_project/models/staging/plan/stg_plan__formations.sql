with source as (
    select * from {{ source('plan', 'formations') }}
),

final as (
    select
        {{ texte('id_session') }} as id_session,
        cast(date_session as date) as date_session,
        {{ texte('code_lieu') }} as code_lieu,
        {{ texte('type_formation') }} as type_formation,
        {{ texte('organisme_formateur') }} as organisme_formateur,
        cast(duree_heures as decimal(18, 2)) as duree_heures,
        cast(nombre_inscrits as bigint) as nombre_inscrits,
        cast(nombre_participants as bigint) as nombre_participants,
        cast(nombre_agents as bigint) as nombre_agents,
        cast(date_validite as date) as date_validite,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
