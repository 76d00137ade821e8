with source as (
    select * from {{ source('programmation', 'livraisons') }}
),

final as (
    select
        {{ texte('id_operation') }} as id_operation,
        {{ texte('nom_operation') }} as nom_operation,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('code_quartier') }} as code_quartier,
        cast(en_qpv as boolean) as est_en_qpv,
        {{ texte('financement') }} as financement,
        {{ texte('nature') }} as nature,
        cast(nombre_logements as bigint) as nombre_logements,
        cast(nombre_t1_t2 as bigint) as nombre_t1_t2,
        cast(nombre_t3 as bigint) as nombre_t3,
        cast(nombre_t4_et_plus as bigint) as nombre_t4_et_plus,
        cast(nombre_accessibles as bigint) as nombre_accessibles,
        cast(date_agrement as date) as date_agrement,
        cast(date_livraison_prevue as date) as date_livraison_prevue,
        cast(date_livraison as date) as date_livraison,
        {{ texte('etat') }} as etat,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
