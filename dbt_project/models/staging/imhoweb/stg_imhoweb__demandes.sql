with source as (
    select * from {{ source('imhoweb', 'demandes') }}
),

final as (
    select
        cast(demande_id as uuid) as demande_id,
        {{ texte('code_guichet') }} as code_guichet,
        {{ texte('code_territoire') }} as code_territoire,
        cast(numero_unique_conforme as boolean) as numero_unique_conforme,
        cast(date_renouvellement as date) as date_renouvellement,
        cast(indicateur_qpv as boolean) as est_en_qpv,
        {{ texte('id_bailleur') }} as code_bailleur_actuel,
        {{ texte('libelle_motif_priorite') }} as motif_priorite,
        cast(indicateur_demande_confort as boolean) as est_demande_de_confort,
        cast(ressources_uc_eur as decimal(18, 2)) as montant_ressources_uc_annuelles_eur,
        cast(date_delai_anormalement_long as date) as date_delai_anormalement_long,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
