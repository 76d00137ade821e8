with source as (
    select * from {{ source('rpls', 'logements_ouverts') }}
),

final as (
    select
        {{ texte('DEPCOM') }} as code_commune,
        {{ texte('QPV') }} as qpv,
        {{ texte('QPV_CODE') }} as code_qpv,
        {{ texte('DROIT') }} as droit,
        {{ texte('TYPECONST') }} as type_construction,
        cast(NBPIECE as bigint) as nombre_pieces,
        cast(SURFHAB as bigint) as surface_m2,
        cast(CONSTRUCT as bigint) as annee_construction,
        cast(LOCAT as bigint) as annee_premiere_location,
        cast(PATRIMOINE as bigint) as annee_entree_patrimoine,
        {{ texte('ORIGINE') }} as origine,
        {{ texte('FINAN') }} as code_financement,
        {{ texte('CONV') }} as conventionnement,
        {{ texte('NEWLOGT') }} as motif_nouveau_logement,
        {{ texte('CUS') }} as classement_cus,
        {{ texte('DPEDATE') }} as mois_dpe,
        {{ texte('DPEENERGIE') }} as etiquette_energie,
        {{ texte('DPESERRE') }} as etiquette_gaz_effet_serre,
        {{ texte('SRU_EXPIR') }} as annee_expiration_sru,
        {{ texte('SRU_ALINEA') }} as alinea_sru,
        {{ texte('PMR') }} as accessibilite_pmr,
        {{ texte('PLG_QP24') }} as code_qpv_2024_geocode,
        {{ texte('PLG_QP15') }} as code_qpv_2015_geocode,
        {{ texte('PLG_IRIS2024_CODE') }} as code_iris_2024,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        cast(recu_le as date) as recu_le,
        cast(ligne as bigint) as ligne
    from source
)

select * from final
