with source as (
    select * from {{ source('plan', 'actions') }}
),

final as (
    select
        {{ texte('numero_action') }} as numero_action,
        {{ texte('libelle_action') }} as libelle_action,
        {{ texte('pilote') }} as pilote,
        {{ texte('financeur') }} as financeur,
        cast(montant_prevu_eur as decimal(18, 2)) as montant_prevu_eur,
        cast(montant_engage_eur as decimal(18, 2)) as montant_engage_eur,
        cast(moyens_etp as decimal(18, 2)) as moyens_etp,
        cast(date_debut as date) as date_debut,
        cast(date_fin_prevue as date) as date_fin_prevue,
        cast(date_fin as date) as date_fin,
        {{ texte('etat') }} as etat,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
