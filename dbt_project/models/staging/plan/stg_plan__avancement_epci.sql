with source as (
    select * from {{ source('plan', 'avancement_epci') }}
),

final as (
    select
        {{ texte('code_epci') }} as code_epci,
        {{ texte('libelle_epci') }} as libelle_epci,
        {{ texte('etat_travaux') }} as etat_travaux,
        {{ texte('accompagnement') }} as accompagnement,
        {{ texte('etat_grille') }} as etat_grille,
        {{ texte('grille_version') }} as grille_version,
        cast(date_debut_test as date) as date_debut_test,
        cast(date_fin_test as date) as date_fin_test,
        {{ texte('perimetre_test') }} as perimetre_test,
        cast(date_lancement as date) as date_lancement,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
