with declarations as (
    select * from {{ ref('int_declarations__datees') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

-- Les tables satellites ne joignent que leur propre livraison (règle R0.8).
motifs as (
    select
        periode,
        fournisseur,
        demande_sne_id,
        list(distinct motif_demande order by motif_demande) as motifs
    from {{ ref('stg_sne__motifs') }}
    group by periode, fournisseur, demande_sne_id
),

-- Une livraison sans la table des motifs ne dit pas qu'une demande n'en a qu'un.
livraisons_des_motifs as (
    select distinct
        periode,
        fournisseur
    from motifs
),

souhaits as (
    select
        souhaits.periode,
        souhaits.fournisseur,
        souhaits.demande_sne_id,
        list(
            distinct coalesce(communes.code_commune, souhaits.code_commune_souhaitee)
            order by coalesce(communes.code_commune, souhaits.code_commune_souhaitee)
        ) as communes_souhaitees,
        list(distinct communes.code_epci order by communes.code_epci) as codes_epci
    from {{ ref('stg_sne__communes_souhaitees') }} as souhaits
    left join communes on souhaits.code_commune_souhaitee = communes.code_commune_ancien
    group by souhaits.periode, souhaits.fournisseur, souhaits.demande_sne_id
),

final as (
    select
        declarations.* exclude (code_commune_actuelle),
        {{ type_demande('declarations.mode_mutation', 'declarations.mode_logement_actuel') }} as type_demande,
        case declarations.mode_mutation when 'I' then 'interne' when 'E' then 'externe' end
            as nature_mutation,
        case
            when livraisons_des_motifs.periode is not null
                then list_sort(list_distinct(list_concat(motifs.motifs, [declarations.motif_demande])))
        end as motifs,
        -- Le premier souhait de la ligne compte, même absent du classement.
        nullif(
            list_sort(
                list_distinct(
                    list_concat(
                        souhaits.communes_souhaitees, [nullif(declarations.code_commune, 'non_renseigne')]
                    )
                )
            ), []
        ) as communes_souhaitees,
        list_distinct(list_concat(souhaits.codes_epci, [declarations.code_epci])) as codes_epci_souhaites,
        coalesce(actuelles.code_commune, declarations.code_commune_actuelle) as code_commune_actuelle,
        case
            when declarations.code_commune_actuelle is not null
                then coalesce(actuelles.code_epci, 'hors_territoire')
        end as code_epci_actuel,
        -- Chambre : une pièce ; T6 et plus : six.
        declarations.taille_menage - case declarations.typologie_actuelle
            when 'C' then 1
            when 'T6P' then 6
            else try_cast(replace(declarations.typologie_actuelle, 'T', '') as bigint)
        end as personnes_moins_pieces
    from declarations
    left join livraisons_des_motifs
        on
            declarations.periode = livraisons_des_motifs.periode
            and declarations.fournisseur = livraisons_des_motifs.fournisseur
    left join motifs
        on
            declarations.periode = motifs.periode
            and declarations.fournisseur = motifs.fournisseur
            and declarations.demande_sne_id = motifs.demande_sne_id
    left join souhaits
        on
            declarations.periode = souhaits.periode
            and declarations.fournisseur = souhaits.fournisseur
            and declarations.demande_sne_id = souhaits.demande_sne_id
    left join communes as actuelles on declarations.code_commune_actuelle = actuelles.code_commune_ancien
)

select * from final
