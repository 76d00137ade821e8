with lieux as (
    select * from {{ ref('int_guichets__compares') }}
),

seuils as (
    select * from {{ ref('int_parametres__seuils_frequentation') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

agreges as (
    select
        periode,
        code_epci,
        type_lieu,
        {{ modalite_ou_ensemble('code_lieu') }} as code_lieu,
        case when grouping(code_lieu) = 0 then max(libelle_lieu) end as libelle_lieu,
        count(*) as nombre_lieux,
        count(nombre_visites) as nombre_lieux_renseignes,
        {% for mesure in mesures_d_accueil() -%}
            cast(sum({{ mesure }}) as bigint) as {{ mesure }},
        {% endfor -%}
        count(nombre_visites_comparees) as nombre_lieux_compares,
        cast(sum(nombre_visites_comparees) as bigint) as nombre_visites_comparees,
        cast(sum(nombre_visites_an_passe) as bigint) as nombre_visites_an_passe
    from lieux
    group by periode, code_epci, type_lieu, rollup (code_lieu)
),

final as (
    select
        agreges.periode,
        agreges.code_epci,
        agreges.type_lieu,
        agreges.code_lieu,
        agreges.libelle_lieu,
        agreges.nombre_lieux,
        agreges.nombre_lieux_renseignes,
        {% for mesure in mesures_d_accueil() -%}
            agreges.{{ mesure }},
        {% endfor -%}
        agreges.nombre_lieux_compares,
        agreges.nombre_visites_comparees,
        agreges.nombre_visites_an_passe,
        cast(agreges.nombre_visites_comparees - agreges.nombre_visites_an_passe as double precision)
        / nullif(agreges.nombre_visites_an_passe, 0) as evolution_visites,
        seuils.seuil_baisse,
        -- Décimaux exacts : une baisse égale au seuil est signalée ; d'aucune visite, rien ne baisse.
        case
            when agreges.nombre_visites_an_passe > 0
                then
                    agreges.nombre_visites_comparees
                    <= agreges.nombre_visites_an_passe * (1 - seuils.seuil_baisse)
        end as est_baisse,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from agreges
    inner join metadonnees
        on
            'activite_' || lower(agreges.type_lieu) = metadonnees.usage
            and agreges.periode = metadonnees.periode
            and agreges.code_epci = metadonnees.code_epci
    inner join periodes on agreges.periode = periodes.periode
    left join seuils
        on
            agreges.code_epci = seuils.code_epci
            and agreges.type_lieu = seuils.type_lieu
            and periodes.dernier_jour between seuils.valide_du
            and coalesce(seuils.valide_au, periodes.dernier_jour)
)

select * from final
