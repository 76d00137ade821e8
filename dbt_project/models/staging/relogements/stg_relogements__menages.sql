with source as (
    select * from {{ source('relogements', 'menages') }}
),

final as (
    select
        {{ texte('operation') }} as code_operation,
        {{ texte('programme') }} as programme,
        cast(menage_relogement_id as uuid) as menage_relogement_id,
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('code_commune_origine') }} as code_commune_origine,
        {{ texte('code_qpv_origine') }} as code_qpv_origine,
        {{ texte('typologie_origine') }} as typologie_origine,
        cast(taille_menage as bigint) as taille_menage,
        cast(date_recensement as date) as date_recensement,
        {{ texte('etat') }} as etat,
        cast(nombre_propositions as bigint) as nombre_propositions,
        cast(date_relogement as date) as date_relogement,
        {{ texte('logement') }} as logement_id,
        {{ texte('siren_bailleur_relogement') }} as code_bailleur_relogement,
        {{ texte('code_commune') }} as code_commune,
        {{ texte('code_qpv') }} as code_qpv,
        cast(en_qpv as boolean) as est_en_qpv,
        cast(est_neuf as boolean) as est_neuf,
        {{ texte('typologie') }} as typologie,
        {{ texte('reservataire') }} as code_reservataire,
        cast(reste_a_charge_avant_eur as decimal(18, 2)) as montant_reste_a_charge_avant_eur,
        cast(reste_a_charge_apres_eur as decimal(18, 2)) as montant_reste_a_charge_apres_eur,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
