with source as (
    select * from {{ source('bailleurs', 'mises_a_disposition') }}
),

final as (
    select
        {{ texte('id_mise_a_disposition') }} as id_mise_a_disposition,
        {{ texte('siren_bailleur') }} as code_bailleur,
        {{ texte('logement') }} as logement_id,
        {{ texte('code_commune') }} as code_commune,
        cast(date_mise_a_disposition as date) as date_mise_a_disposition,
        {{ texte('reservataire') }} as code_reservataire,
        {{ texte('siren_reservataire') }} as code_organisme_reservataire,
        {{ texte('typologie') }} as typologie,
        {{ texte('financement') }} as financement,
        {{ texte('code_qpv') }} as code_qpv,
        cast(en_qpv as boolean) as est_en_qpv,
        cast(annee_construction as bigint) as annee_construction,
        cast(premiere_mise_en_location as boolean) as est_premiere_mise_en_location,
        cast(en_flux as boolean) as est_en_flux,
        {{ texte('motif_hors_flux') }} as motif_hors_flux,
        cast(nombre_proposes as bigint) as nombre_proposes,
        cast(date_limite as date) as date_limite,
        cast(date_proposition as date) as date_proposition,
        cast(date_attribution as date) as date_attribution,
        cast(date_bail as date) as date_bail,
        cast(date_retour as date) as date_retour,
        {{ texte('issue') }} as issue,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
