{%- set ensemble = {
    'taux_au_dela_de_cent': 'sum(taux_pct)',
    'taux_etat': "sum(taux_pct) filter (where code_reservataire in ('PPRIOR', 'PFONCT'))",
    'taux_fonctionnaires': "sum(taux_pct) filter (where code_reservataire = 'PFONCT')",
    'taux_collectivites': "sum(taux_pct) filter (where code_reservataire = 'COLTER')",
    'assiettes_contradictoires': 'nullif(greatest(count(distinct assiette_previsionnelle), 1), 1)',
    'perimetre_partiel': 'max(if(est_perimetre_partiel, 1, null))',
    'perimetre_hors_territoire': "max(if(code_epci = 'hors_territoire', 1, null))"
} -%}
{%- set detail = {
    'conventions_concurrentes': 'if(est_contredite, 1, null)',
    'perimetres_recouverts': 'nullif(nombre_perimetres, 1)',
    'assiette_negative': 'if(est_assiette_negative, nombre_disponibles_previsionnels, null)',
    'assiette_inconnue': 'if(assiette_previsionnelle is null, 1, null)',
    'objectif_different': 'nullif(abs(objectif_livre - objectif), 0)'
} -%}
with conventions as (
    select
        retenues.*,
        coalesce(perimetres.code_epci, 'hors_territoire') as code_epci,
        coalesce(perimetres.est_perimetre_partiel, false) as est_perimetre_partiel,
        count(*) over (
            partition by
                retenues.annee,
                retenues.code_bailleur,
                retenues.code_reservataire,
                retenues.code_organisme,
                perimetres.code_epci
        ) as nombre_perimetres
    from {{ ref('int_conventions__retenues') }} as retenues
    left join {{ ref('int_conventions__perimetres') }} as perimetres
        on {{ memes_cles(
            'retenues', 'perimetres', ['annee', 'code_bailleur', 'type_perimetre', 'code_perimetre']
        ) }}
),

relevees as (
    -- Ce qui se lit sur les conventions d'un bailleur et d'un périmètre, prises ensemble.
    {%- for nature, mesure in ensemble.items() %}
        select
            annee,
            code_epci,
            code_bailleur,
            code_perimetre,
            'ensemble' as code_reservataire,
            'ensemble' as code_organisme,
            '{{ nature }}' as nature_anomalie,
            cast({{ mesure }} as decimal(18, 2)) as valeur
        from conventions
        group by annee, code_epci, code_bailleur, code_perimetre
        union all
    {%- endfor %}
    -- Ce qui se lit sur la convention d'un réservataire.
    {%- for nature, mesure in detail.items() %}
        select
            annee,
            code_epci,
            code_bailleur,
            code_perimetre,
            code_reservataire,
            code_organisme,
            '{{ nature }}' as nature_anomalie,
            cast({{ mesure }} as decimal(18, 2)) as valeur
        from conventions
        union all
    {%- endfor %}
    select
        annee,
        code_epci,
        code_bailleur,
        'ensemble' as code_perimetre,
        code_reservataire,
        'ensemble' as code_organisme,
        nature_anomalie,
        cast(nombre as decimal(18, 2)) as valeur
    from {{ ref('int_flux__anomalies_mises') }}
),

-- La limite est celle qui vaut au dernier jour de l'année de la convention ou de la remise.
final as (
    select
        relevees.*,
        limites.limite,
        limites.gravite,
        replace(
            replace(limites.constat, '{valeur}', {{ nombre_ecrit('relevees.valeur') }}),
            '{limite}', coalesce({{ nombre_ecrit('limites.limite') }}, '')
        ) as constat,
        limites.remede
    from relevees
    inner join {{ ref('anomalies_flux') }} as limites
        on
            relevees.nature_anomalie = limites.nature_anomalie
            and make_date(relevees.annee, 12, 31)
            between limites.valide_du and coalesce(limites.valide_au, date '9999-12-31')
    where relevees.valeur > coalesce(limites.limite, 0)
)

select * from final
