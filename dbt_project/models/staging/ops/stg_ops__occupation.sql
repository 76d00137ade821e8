with source as (
    select * from {{ source('ops', 'occupation') }}
),

final as (
    select
        {{ texte('echelle') }} as echelle,
        {{ texte('code_zone') }} as code_zone,
        {{ texte('nom_zone') }} as nom_zone,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('population') }} as population,
        cast(nombre_logements as bigint) as nombre_logements,
        cast(nombre_menages as bigint) as nombre_menages,
        cast(personnes_seules as bigint) as nombre_personnes_seules,
        cast(couples_sans_enfant as bigint) as nombre_couples_sans_enfant,
        cast(couples_avec_enfants as bigint) as nombre_couples_avec_enfants,
        cast(familles_monoparentales as bigint) as nombre_familles_monoparentales,
        cast(autres_menages as bigint) as nombre_autres_menages,
        cast(titulaires_moins_de_30 as bigint) as nombre_titulaires_moins_de_30,
        cast(titulaires_30_39 as bigint) as nombre_titulaires_30_39,
        cast(titulaires_40_49 as bigint) as nombre_titulaires_40_49,
        cast(titulaires_50_64 as bigint) as nombre_titulaires_50_64,
        cast(titulaires_65_74 as bigint) as nombre_titulaires_65_74,
        cast(titulaires_75_et_plus as bigint) as nombre_titulaires_75_et_plus,
        cast(ressources_moins_20 as bigint) as nombre_ressources_moins_20,
        cast(ressources_20_39 as bigint) as nombre_ressources_20_39,
        cast(ressources_40_59 as bigint) as nombre_ressources_40_59,
        cast(ressources_60_79 as bigint) as nombre_ressources_60_79,
        cast(ressources_80_99 as bigint) as nombre_ressources_80_99,
        cast(ressources_100_119 as bigint) as nombre_ressources_100_119,
        cast(ressources_120_et_plus as bigint) as nombre_ressources_120_et_plus,
        cast(majeurs as bigint) as nombre_majeurs,
        cast(majeurs_emploi_stable as bigint) as nombre_majeurs_emploi_stable,
        cast(majeurs_emploi_precaire as bigint) as nombre_majeurs_emploi_precaire,
        cast(majeurs_chomage as bigint) as nombre_majeurs_chomage,
        cast(majeurs_sans_emploi as bigint) as nombre_majeurs_sans_emploi,
        cast(beneficiaires_aide_logement as bigint) as nombre_beneficiaires_aide_logement,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
