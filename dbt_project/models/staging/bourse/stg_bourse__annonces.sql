with source as (
    select * from {{ source('bourse', 'annonces') }}
),

final as (
    select
        {{ texte('id_annonce') }} as id_annonce,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('logement') }} as logement_id,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('code_quartier') }} as code_quartier,
        {{ texte('typologie') }} as typologie,
        cast(surface_m2 as decimal(18, 2)) as surface_m2,
        cast(loyer_principal_eur as decimal(18, 2)) as montant_loyer_principal_eur,
        cast(date_publication as date) as date_publication,
        cast(date_fin as date) as date_fin,
        {{ texte('typologie_recherchee') }} as typologie_recherchee,
        {{ texte('code_commune_recherchee') }} as code_commune_recherchee,
        {{ texte('code_quartier_recherche') }} as code_quartier_recherche,
        cast(nombre_contacts as bigint) as nombre_contacts,
        {{ texte('issue') }} as issue,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
