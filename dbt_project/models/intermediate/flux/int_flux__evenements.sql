{%- set axes = [
    'code_epci', 'code_commune', 'code_bailleur', 'typologie', 'financement', 'localisation_qpv', 'periode_construction'
] -%}
with mises as (
    select
        vacances.*,
        localisees.localisation_qpv
    from {{ ref('int_mises__vacances') }} as vacances
    inner join {{ ref('int_mises__localisees') }} as localisees on vacances.mise_id = localisees.mise_id
),

remises as (
    select
        remises.*,
        mises.typologie,
        mises.financement,
        mises.localisation_qpv,
        mises.periode_construction
    from {{ ref('int_flux__remises') }} as remises
    inner join mises on remises.mise_id = mises.mise_id
),

-- Chaque événement à sa date, quelle que soit celle de la remise (règle F10).
reunis as (
    {%- for nature, jour in {
        'mise_a_disposition': 'date_mise_a_disposition',
        'proposition': 'date_proposition',
        'attribution': 'date_attribution',
        'bail': 'date_bail',
        'retour': 'date_retour'
    }.items() %}
        select
            '{{ nature }}' as nature_evenement,
            {{ jour }} as date_evenement,
            code_reservataire,
            {{ axes | join(', ') }}
        from remises
        where {{ jour }} is not null
        union all
    {%- endfor %}
    select
        coalesce(motif_hors_flux, nature_flux) as nature_evenement,
        date_vacance as date_evenement,
        'sans_reservataire' as code_reservataire,
        {{ axes | join(', ') }}
    from mises
    where est_comptee_assiette and nature_flux in ('soustrait', 'exclu')
    union all
    select
        'refus' as nature_evenement,
        date_refus as date_evenement,
        code_reservataire,
        {{ axes | join(', ') }}
    from {{ ref('int_flux__refus') }}
),

final as (
    select
        year(date_evenement) as annee,
        nature_evenement,
        code_reservataire,
        {{ axes | join(', ') }},
        count(*) as nombre
    from reunis
    group by all
)

select * from final
