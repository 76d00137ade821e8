with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
    where est_dans_les_indicateurs
),

baux as (
    select
        bail_id,
        motif_hors_flux
    from {{ ref('int_baux__retenus') }}
),

-- Le fichier redit tous les ménages de l'opération : le dernier état l'emporte.
menages as (
    select * from {{ ref('stg_relogements__menages') }}
    qualify row_number() over (
        partition by code_operation, menage_relogement_id
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

relogements as (
    select * from menages
    where etat = 'RELOGE' and {{ est_relogement_compte('programme') }}
),

-- NPNRU et ORCOD : le porteur le dit de la demande, à défaut du logement, ou le bailleur (règle D6).
relogees as (
    select attributions.attribution_id
    from attributions
    inner join relogements
        on
            attributions.demande_id = relogements.demande_id
            and {{ sont_proches('attributions.date_attribution', 'relogements.date_relogement') }}
    union
    select attributions.attribution_id
    from attributions
    inner join relogements
        on
            attributions.logement_id = relogements.logement_id
            and {{ sont_proches('attributions.date_attribution', 'relogements.date_relogement') }}
    where relogements.demande_id is null
    union
    select attributions.attribution_id
    from attributions
    inner join baux on attributions.bail_id = baux.bail_id
    where {{ est_relogement_compte('baux.motif_hors_flux') }}
),

decrites as (
    select
        attributions.attribution_id,
        cast(year(attributions.date_attribution) as varchar) as periode,
        attributions.code_epci,
        attributions.code_bailleur,
        attributions.code_reservataire,
        attributions.localisation_qpv,
        relogees.attribution_id is not null as est_relogement,
        nullif(attributions.quartile_ressources, 'non_renseigne') = 'R1' as est_premier_quartile,
        priorites.est_prioritaire
    from attributions
    left join relogees on attributions.attribution_id = relogees.attribution_id
    left join {{ ref('int_priorites__attributaires') }} as priorites
        on attributions.attribution_id = priorites.attribution_id
),

-- Vrai, faux ou inconnu : QPV inconnu, ni d'un côté ni de l'autre ; ressources, hors du numérateur (D7).
examinees as (
    select
        *,
        'Q1_HORS_QPV' as obligation,
        nullif(localisation_qpv, 'non_renseigne') = 'hors_qpv' as est_concernee,
        est_relogement or est_premier_quartile as est_remplie
    from decrites
    union all
    select
        *,
        'Q2_Q4_EN_QPV' as obligation,
        nullif(localisation_qpv, 'non_renseigne') = 'qpv' as est_concernee,
        not est_premier_quartile as est_remplie
    from decrites
    union all
    select
        *,
        'PUBLICS_PRIORITAIRES' as obligation,
        true as est_concernee,
        est_prioritaire as est_remplie
    from decrites
),

final as (
    select
        attribution_id,
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        obligation,
        est_concernee,
        est_remplie,
        obligation = 'Q1_HORS_QPV' and est_relogement and not coalesce(est_premier_quartile, false)
            as est_par_relogement
    from examinees
    where coalesce(est_concernee, true)
)

select * from final
