with source as (
    select * from {{ source('bailleurs', 'attributions') }}
),

final as (
    select
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('logement') }} as logement_id,
        {{ texte('code_commune') }} as code_commune,
        cast(date_bail as date) as date_bail,
        cast(date_caleol as date) as date_caleol,
        {{ texte('reservataire') }} as code_reservataire,
        {{ texte('typologie') }} as typologie,
        {{ texte('financement') }} as financement,
        cast(loyer_principal_eur as decimal(18, 2)) as montant_loyer_principal_eur,
        {{ texte('code_qpv') }} as code_qpv,
        cast(en_qpv as boolean) as est_en_qpv,
        cast(ressources_uc_annuelles_eur as decimal(18, 2)) as montant_ressources_uc_annuelles_eur,
        cast(est_premier_quartile as boolean) as est_premier_quartile,
        cast(en_flux as boolean) as est_en_flux,
        {{ texte('motif_hors_flux') }} as motif_hors_flux,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
