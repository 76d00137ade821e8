with source as (
    select * from {{ source('registre', 'depots') }}
),

final as (
    select
        cast(depot_id as bigint) as depot_id,
        {{ texte('flux') }} as flux,
        {{ texte('periode') }} as periode,
        {{ texte('fournisseur') }} as fournisseur,
        {{ texte('fichier') }} as fichier,
        {{ texte('empreinte') }} as empreinte,
        cast(octets as bigint) as taille_octets,
        cast(recu_le as timestamp) as recu_le,
        cast(traite_le as timestamp) as traite_le,
        cast(lignes_lues as bigint) as nombre_lignes_lues,
        cast(lignes_acceptees as bigint) as nombre_lignes_acceptees,
        cast(lignes_rejetees as bigint) as nombre_lignes_rejetees,
        cast(lignes_ignorees as bigint) as nombre_lignes_ignorees,
        {{ texte('decision') }} as decision,
        {{ texte('motifs') }} as motifs,
        cast(en_vigueur as boolean) as est_en_vigueur,
        {{ texte('version_schema') }} as version_schema,
        {{ texte('version_code') }} as version_code
    from source
)

select * from final
