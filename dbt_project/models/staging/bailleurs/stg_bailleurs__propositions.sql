with source as (
    select * from {{ source('bailleurs', 'propositions') }}
),

final as (
    select
        {{ texte('id_proposition') }} as id_proposition,
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('logement') }} as logement_id,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('etat') }} as etat,
        cast(date_creation as date) as date_creation,
        cast(date_commission as date) as date_commission,
        cast(date_reponse as date) as date_reponse,
        cast(date_limite as date) as date_limite,
        cast(date_bail as date) as date_bail,
        cast(date_entree as date) as date_entree,
        {{ texte('motif_refus') }} as motif_refus,
        {{ texte('decision') }} as decision,
        {{ texte('reservataire') }} as code_reservataire,
        cast(taux_effort as decimal(18, 4)) as taux_effort,
        cast(en_flux as boolean) as est_en_flux,
        {{ texte('motif_hors_flux') }} as motif_hors_flux,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
