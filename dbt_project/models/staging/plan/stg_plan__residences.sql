with source as (
    select * from {{ source('plan', 'residences') }}
),

final as (
    select
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('code_residence') }} as code_residence,
        {{ texte('libelle_residence') }} as libelle_residence,
        {{ texte('code_commune') }} as code_commune,
        cast(annee_construction as integer) as annee_construction,
        cast(nombre_logements as bigint) as nombre_logements,
        cast(nombre_logements_pmr as bigint) as nombre_logements_pmr,
        cast(a_ascenseur as boolean) as a_ascenseur,
        cast(a_gardien as boolean) as a_gardien,
        cast(note_environnement as bigint) as note_environnement,
        cast(note_cadre_de_vie as bigint) as note_cadre_de_vie,
        cast(note_services as bigint) as note_services,
        cast(date_evaluation as date) as date_evaluation,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
