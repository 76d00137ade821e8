with source as (
    select * from {{ source('plan', 'lieux_accueil') }}
),

final as (
    select
        {{ texte('code_lieu') }} as code_lieu,
        {{ texte('libelle_lieu') }} as libelle_lieu,
        {{ texte('type_lieu') }} as type_lieu,
        {{ texte('gestionnaire') }} as gestionnaire,
        {{ texte('adresse') }} as adresse,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('horaires') }} as horaires,
        cast(heures_par_semaine as decimal(18, 2)) as heures_par_semaine,
        cast(date_ouverture as date) as date_ouverture,
        cast(date_fermeture as date) as date_fermeture,
        cast(est_labellise as boolean) as est_labellise,
        cast(date_label as date) as date_label,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
