{%- set axes = [
    'code_epci', 'code_bailleur', 'code_reservataire', 'typologie', 'financement', 'localisation_qpv', 'code_commune',
    'periode_construction'
] -%}
{%- set mesures = mesures_du_bilan() -%}
with livres as (
    select * from {{ ref('stg_bailleurs__bilan_flux') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

evenements as (
    select * from {{ ref('int_flux__evenements') }}
),

-- Une ligne livrée de nouveau remplace la précédente ; hors du territoire, elle n'a pas d'équivalent ici.
derniers as (
    select
        livres.*,
        communes.code_epci,
        communes.code_commune as code_commune_actuelle
    from livres
    inner join communes on livres.code_commune = communes.code_commune_ancien
    qualify row_number() over (
        partition by
            livres.annee,
            livres.code_bailleur,
            livres.code_reservataire,
            livres.typologie,
            livres.financement,
            livres.est_en_qpv,
            livres.code_commune,
            livres.periode_construction
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

cote_bailleur as (
    select
        annee,
        code_epci,
        code_bailleur,
        coalesce(code_reservataire, 'sans_reservataire') as code_reservataire,
        coalesce(typologie, 'non_renseigne') as typologie,
        coalesce(financement, 'non_renseigne') as financement,
        case when est_en_qpv then 'qpv' when not est_en_qpv then 'hors_qpv' else 'non_renseigne' end
            as localisation_qpv,
        code_commune_actuelle as code_commune,
        coalesce(periode_construction, 'non_renseigne') as periode_construction,
    {%- for mesure in mesures %}
        cast(sum({{ mesure }}) as bigint) as {{ mesure }}{{ ',' if not loop.last }}
    {%- endfor %}
    from derniers
    group by all
),

valeurs_bailleur as (
    unpivot cote_bailleur
    on {{ mesures | join(', ') }}
    into name mesure_bilan value valeur_bailleur
),

-- Une mesure que le bailleur ne livre pas ne se compare pas.
comparables as (
    select distinct
        annee,
        code_bailleur,
        mesure_bilan
    from valeurs_bailleur
),

valeurs_observatoire as (
    select
        annee,
        {{ axes | join(', ') }},
        {{ mesure_de_l_evenement('nature_evenement') }} as mesure_bilan,
        cast(sum(nombre) as bigint) as valeur_observatoire
    from evenements
    where code_epci <> 'hors_territoire'
    group by all
),

comparees as (
    select
        {%- for cle in ['annee', 'mesure_bilan'] + axes %}
            coalesce(cote.{{ cle }}, notre.{{ cle }}) as {{ cle }},
        {%- endfor %}
        coalesce(cote.valeur_bailleur, 0) as valeur_bailleur,
        coalesce(notre.valeur_observatoire, 0) as valeur_observatoire
    from valeurs_bailleur as cote
    full outer join valeurs_observatoire as notre
        on {{ memes_cles('cote', 'notre', ['annee', 'mesure_bilan'] + axes) }}
),

final as (
    select
        comparees.*,
        comparees.valeur_observatoire - comparees.valeur_bailleur as ecart
    from comparees
    inner join comparables
        on {{ memes_cles('comparees', 'comparables', ['annee', 'code_bailleur', 'mesure_bilan']) }}
    where comparees.valeur_bailleur <> comparees.valeur_observatoire
)

select * from final
