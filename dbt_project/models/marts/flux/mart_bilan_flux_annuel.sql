with evenements as (
    select * from {{ ref('int_flux__evenements') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'bilan_flux'
),

final as (
    select
        metadonnees.periode,
        evenements.code_epci,
        evenements.code_bailleur,
        evenements.code_reservataire,
        evenements.typologie,
        evenements.financement,
        evenements.localisation_qpv,
        evenements.code_commune,
        evenements.periode_construction,
        {%- for mesure in mesures_du_bilan() %}
            {{ somme_du_bilan(mesure) }} as {{ mesure }},
        {%- endfor %}
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from evenements
    inner join metadonnees
        on
            cast(evenements.annee as varchar) = metadonnees.periode
            and evenements.code_epci = metadonnees.code_epci
    group by
        metadonnees.periode,
        evenements.code_epci,
        evenements.code_bailleur,
        evenements.code_reservataire,
        evenements.typologie,
        evenements.financement,
        evenements.localisation_qpv,
        evenements.code_commune,
        evenements.periode_construction,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
)

select * from final
