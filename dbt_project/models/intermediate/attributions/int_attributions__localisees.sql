with attributions as (
    select * from {{ ref('int_attributions__sourcees') }}
),

radiations as (
    select * from {{ ref('int_radiations__attribuees') }}
),

baux as (
    select * from {{ ref('int_baux__retenus') }}
),

rpls as (
    select * from {{ ref('int_logements__cartographies') }}
),

{{ lectures_des_codes_qpv() }},

avis as (
    select
        attributions.attribution_id,
        rpls.localisation_qpv as avis_rpls,
        baux.code_qpv as code_qpv_livre,
        coalesce(quartiers.code_qpv, traductions.code_qpv) as code_qpv,
        case
            when quartiers.code_qpv is not null then 'qpv'
            else traductions.localisation_qpv
        end as avis_code,
        {{ avis_oui_non_qpv('baux') }} as avis_oui_non,
        case
            when radiations.nombre_qpv >= 1 then 'qpv'
            when radiations.nombre_qpv = 0 then 'hors_qpv'
        end as avis_sne
    from attributions
    left join baux on attributions.bail_id = baux.bail_id
    left join radiations on attributions.radiation_id = radiations.radiation_id
    left join {{ ref('cartes_qpv') }} as cartes
        on
            attributions.portee_carte_qpv = cartes.portee
            and attributions.date_attribution
            between cartes.valide_du and coalesce(cartes.valide_au, attributions.date_attribution)
    left join quartiers
        on baux.code_qpv = quartiers.code_qpv and cartes.generation = quartiers.generation
    left join traductions
        on baux.code_qpv = traductions.code_livre and cartes.generation = traductions.generation
    left join rpls
        on
            attributions.logement_id = rpls.logement_id
            and cartes.generation = rpls.generation_carte
),

-- Le RPLS sur la carte du jour du bail, le code du bailleur, son oui/non, le SNE, sinon inconnu (règle E1).
final as (
    select
        attribution_id,
        coalesce(avis_rpls, avis_code, avis_oui_non, avis_sne, 'non_renseigne') as localisation_qpv,
        case when coalesce(avis_rpls, avis_code) = 'qpv' then code_qpv end as code_qpv,
        case
            when avis_rpls is not null then 'rpls'
            when avis_code is not null then 'code_bailleur'
            when avis_oui_non is not null then 'oui_non_bailleur'
            when avis_sne is not null then 'sne'
            else 'non_renseigne'
        end as source_qpv,
        code_qpv_livre is not null and avis_code is null as est_code_qpv_inconnu,
        coalesce(
            least(avis_rpls, avis_code, avis_oui_non, avis_sne)
            <> greatest(avis_rpls, avis_code, avis_oui_non, avis_sne),
            false
        ) as est_qpv_discordant
    from avis
)

select * from final
