with mises as (
    select * from {{ ref('int_mises__retenues') }}
),

rpls as (
    select * from {{ ref('int_logements__cartographies') }}
),

{{ lectures_des_codes_qpv() }},

avis as (
    select
        mises.mise_id,
        rpls.localisation_qpv as avis_rpls,
        case
            when quartiers.code_qpv is not null then 'qpv'
            else traductions.localisation_qpv
        end as avis_code,
        {{ avis_oui_non_qpv('mises') }} as avis_oui_non
    from mises
    left join {{ ref('cartes_qpv') }} as cartes
        on
            mises.portee_carte_qpv = cartes.portee
            and mises.date_mise_a_disposition
            between cartes.valide_du and coalesce(cartes.valide_au, mises.date_mise_a_disposition)
    left join quartiers
        on mises.code_qpv = quartiers.code_qpv and cartes.generation = quartiers.generation
    left join traductions
        on mises.code_qpv = traductions.code_livre and cartes.generation = traductions.generation
    left join rpls
        on mises.logement_id = rpls.logement_id and cartes.generation = rpls.generation_carte
),

final as (
    select
        mise_id,
        coalesce(avis_rpls, avis_code, avis_oui_non, 'non_renseigne') as localisation_qpv
    from avis
)

select * from final
