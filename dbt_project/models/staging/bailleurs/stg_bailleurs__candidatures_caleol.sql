with source as (
    select * from {{ source('bailleurs', 'candidatures_caleol') }}
),

final as (
    select
        {{ texte('id_cal') }} as id_cal,
        cast(date_seance as date) as date_seance,
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('logement') }} as logement_id,
        {{ texte('code_commune') }} as code_commune,
        cast(rang as bigint) as rang,
        {{ texte('decision') }} as decision,
        {{ texte('motif_decision') }} as motif_decision,
        {{ texte('reservataire') }} as code_reservataire,
        cast(taux_effort as decimal(18, 4)) as taux_effort,
        cast(a_bail_signe as boolean) as a_bail_signe,
        cast(est_premier_quartile as boolean) as est_premier_quartile,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
