with cumules as (
    select
        *,
        cast(cast(left(periode, 4) as integer) + 1 as varchar) || substr(periode, 5) as periode_an_prochain
    from {{ ref('int_guichets__cumules') }}
),

-- Un lieu vu un an plus tôt reste attendu : s'il manque, ses visites sont inconnues, jamais nulles.
attendus as (
    select
        periode,
        code_epci,
        type_lieu,
        code_lieu
    from cumules
    union
    select
        cumules.periode_an_prochain as periode,
        cumules.code_epci,
        cumules.type_lieu,
        cumules.code_lieu
    from cumules
    semi join cumules as suivants
        on
            cumules.periode_an_prochain = suivants.periode
            and cumules.code_epci = suivants.code_epci
            and cumules.type_lieu = suivants.type_lieu
),

final as (
    select
        attendus.periode,
        attendus.code_epci,
        attendus.type_lieu,
        attendus.code_lieu,
        coalesce(lieux.libelle_lieu, passes.libelle_lieu) as libelle_lieu,
        {% for mesure in mesures_d_accueil() -%}
            lieux.{{ mesure }},
        {% endfor -%}
        case when passes.nombre_visites is not null then lieux.nombre_visites end as nombre_visites_comparees,
        case when lieux.nombre_visites is not null then passes.nombre_visites end as nombre_visites_an_passe
    from attendus
    left join cumules as lieux
        on {{ memes_cles('attendus', 'lieux', ['periode', 'code_epci', 'type_lieu', 'code_lieu']) }}
    left join cumules as passes
        on
            attendus.periode = passes.periode_an_prochain
            and {{ memes_cles('attendus', 'passes', ['code_epci', 'type_lieu', 'code_lieu']) }}
)

select * from final
