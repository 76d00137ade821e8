{%- set comptes = [
    'nombre_mises_a_disposition', 'nombre_proposees', 'nombre_attribuees', 'nombre_baux', 'nombre_rendues'
] -%}
with avancements as (
    select * from {{ ref('int_flux__avancements') }}
),

couvertures as (
    select * from {{ ref('int_flux__couvertures') }}
),

perimetres as (
    select * from {{ ref('int_conventions__perimetres') }}
),

connus as (
    select
        avancements.annee,
        avancements.code_epci,
        avancements.code_bailleur,
        avancements.type_perimetre,
        avancements.code_perimetre,
        avancements.code_reservataire,
        avancements.code_organisme,
        avancements.taux_pct,
        avancements.objectif,
        avancements.objectif_realise,
        {%- for compte in comptes %}
            case
                when couvertures.annee is not null and not avancements.est_compte_incertain
                    then avancements.{{ compte }}
            end as {{ compte }},
        {%- endfor %}
        perimetres.est_perimetre_partiel,
        couvertures.nombre_jours_connus,
        couvertures.nombre_jours_restants,
        couvertures.arrete_au,
        coalesce(couvertures.completude, 0) as completude
    from avancements
    inner join perimetres
        on {{ memes_cles(
            'avancements', 'perimetres',
            ['annee', 'code_epci', 'code_bailleur', 'type_perimetre', 'code_perimetre']
        ) }}
    left join couvertures
        on avancements.annee = couvertures.annee and avancements.code_bailleur = couvertures.code_bailleur
),

rythmes as (
    select
        *,
        cast(nombre_jours_restants as double) / nombre_jours_connus as rapport,
        nombre_mises_a_disposition * cast(nombre_jours_restants as double) / nombre_jours_connus as attendu
    from connus
),

-- Même rythme jusqu'au 31 décembre ; intervalle de Krishnamoorthy et Peng (Poisson), à 95 %.
final as (
    select
        * exclude (rapport, attendu),
        nombre_mises_a_disposition
        + (2 * nombre_mises_a_disposition * nombre_jours_restants + nombre_jours_connus)
        // (2 * nombre_jours_connus) as prevision,
        nombre_mises_a_disposition
        + cast(greatest(ceil({{ borne_de_poisson('attendu', 'rapport', '-') }}), 0) as bigint)
            as prevision_min,
        nombre_mises_a_disposition
        + cast(floor({{ borne_de_poisson('attendu', 'rapport', '+') }}) as bigint) as prevision_max
    from rythmes
)

select * from final
