with livrees as (
    select
        *,
        {{ cle_de_bailleur('id_mise_a_disposition') }} as mise_id,
        coalesce(bool_or(not est_en_qpv) over (partition by fournisseur, periode), false)
            as fichier_repond_non
    from {{ ref('stg_bailleurs__mises_a_disposition') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

logements as (
    select * from {{ ref('int_logements__identifies') }}
),

-- Une mise à disposition livrée de nouveau a avancé : la dernière livrée l'emporte.
dernieres as (
    select * from livrees
    qualify row_number() over (
        partition by mise_id
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

situees as (
    select
        dernieres.mise_id,
        dernieres.fournisseur,
        coalesce(dernieres.code_bailleur, 'non_renseigne') as code_bailleur,
        dernieres.logement_id,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci,
        coalesce(communes.code_commune, dernieres.code_commune) as code_commune,
        coalesce(communes.portee_carte_qpv, {{ portee_carte_qpv('dernieres.code_commune') }})
            as portee_carte_qpv,
        -- Le bailleur, puis le RPLS détaillé (règles R0.1, R0.12).
        coalesce(dernieres.typologie, logements.typologie, 'non_renseigne') as typologie,
        coalesce(dernieres.financement, 'non_renseigne') as financement,
        {{ periode_construction('coalesce(dernieres.annee_construction, logements.annee_construction)') }}
            as periode_construction,
        dernieres.code_qpv,
        dernieres.est_en_qpv,
        dernieres.fichier_repond_non,
        dernieres.est_premiere_mise_en_location,
        dernieres.est_en_flux,
        dernieres.motif_hors_flux,
        dernieres.code_reservataire as code_reservataire_livre,
        logements.code_reservataire as code_reservataire_rpls,
        dernieres.code_organisme_reservataire,
        dernieres.issue,
        dernieres.nombre_proposes,
        dernieres.date_mise_a_disposition,
        dernieres.date_proposition,
        dernieres.date_attribution,
        dernieres.date_bail,
        dernieres.date_retour
    from dernieres
    left join communes on dernieres.code_commune = communes.code_commune_ancien
    left join logements on dernieres.logement_id = logements.logement_id
),

-- Un motif ne soustrait pas un logement dit en flux ; sans motif, rien n'est soustrait (règle F7).
qualifiees as (
    select
        *,
        not coalesce(est_en_flux, false) and coalesce({{ est_soustrait('motif_hors_flux') }}, false)
            as est_soustraite,
        not coalesce(est_en_flux, false) and coalesce({{ est_exclu('motif_hors_flux') }}, false)
            as est_exclue,
        -- Un bail d'avant la remise, la désignation ou la commission est une faute : il ne compte pas.
        date_bail < greatest(date_mise_a_disposition, date_proposition, date_attribution)
            as est_bail_premature
    from situees
),

final as (
    select
        * exclude (est_bail_premature),
        coalesce(est_bail_premature, false) as est_bail_premature,
        case
            when est_soustraite then 'soustrait'
            when est_exclue then 'exclu'
            when code_reservataire_livre is not null then 'oriente'
            else 'non_oriente'
        end as nature_flux,
        -- Un logement que le bailleur n'oriente pas ne l'est pas non plus par le RPLS (règle F1).
        case
            when code_reservataire_livre is not null and not (est_soustraite or est_exclue)
                then {{ reservataire_retenu({
                    'bailleur': 'code_reservataire_livre', 'rpls': 'code_reservataire_rpls'
                }) }}
        end as code_reservataire,
        case when not coalesce(est_bail_premature, false) then date_bail end as date_bail_valide
    from qualifiees
)

select * from final
