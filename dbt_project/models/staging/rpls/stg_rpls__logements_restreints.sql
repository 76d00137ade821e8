with source as (
    select * from {{ source('rpls', 'logements_restreints') }}
),

final as (
    select
        {{ texte('IDENT_REP') }} as logement_id,
        {{ texte('IDENT_INT') }} as logement_interne_id,
        {{ texte('IDENT_ORG') }} as organisme_id,
        {{ texte('DROIT') }} as droit,
        {{ texte('DEPCOM') }} as code_commune,
        {{ texte('QPV') }} as qpv,
        {{ texte('TYPECONST') }} as type_construction,
        cast(NBPIECE as bigint) as nombre_pieces,
        cast(SURFHAB as bigint) as surface_m2,
        cast(CONSTRUCT as bigint) as annee_construction,
        cast(LOCAT as bigint) as annee_premiere_location,
        cast(PATRIMOINE as bigint) as annee_entree_patrimoine,
        {{ texte('ORIGINE') }} as origine,
        {{ texte('FINAN') }} as code_financement,
        {{ texte('CONV') }} as conventionnement,
        {{ texte('SORTIEPATRIM') }} as motif_sortie_patrimoine,
        {{ texte('NEWLOGT') }} as motif_nouveau_logement,
        {{ texte('MODE') }} as mode_occupation,
        {{ texte('BAIL') }} as mois_bail,
        cast(SURFMODE as decimal(18, 2)) as surface_mode_calcul_m2,
        cast(LOYERPRINC as decimal(18, 2)) as montant_loyer_principal_eur,
        cast(LOYERACC as decimal(18, 2)) as montant_loyer_accessoire_eur,
        cast(CONTRIB as decimal(18, 2)) as montant_contribution_eur,
        {{ texte('CUS') }} as classement_cus,
        {{ texte('DPEDATE') }} as mois_dpe,
        {{ texte('DPEENERGIE') }} as etiquette_energie,
        {{ texte('DPESERRE') }} as etiquette_gaz_effet_serre,
        {{ texte('SRU_EXPIR') }} as annee_expiration_sru,
        {{ texte('SRU_ALINEA') }} as alinea_sru,
        {{ texte('REMLOCDATE') }} as mois_remise_location,
        {{ texte('CONTRESLOG') }} as code_contingent,
        {{ texte('PMR') }} as accessibilite_pmr,
        cast(DATE_DEP_DERLOCAT as date) as date_depart_dernier_locataire,
        {{ texte('CAT_ORG') }} as categorie_organisme,
        {{ texte('SIRET') }} as code_bailleur,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
