{#- Sources du réservataire dans l'ordre du réglage (règle F1) ; celle qu'il ne nomme pas vient après. -#}
{% macro sources_rangees(sources) -%}
    {%- set noms = [] -%}
    {%- for nom in var('ordre_reservataires') if nom in sources -%}
        {%- do noms.append(nom) -%}
    {%- endfor -%}
    {%- for nom in sources if nom not in noms -%}
        {%- do noms.append(nom) -%}
    {%- endfor -%}
    {{ return(noms) }}
{%- endmacro %}

{#- Réservataire selon la première source qui répond. -#}
{% macro reservataire_retenu(sources) -%}
    {%- set valeurs = [] -%}
    {%- for nom in sources_rangees(sources) -%}
        {%- do valeurs.append(sources[nom]) -%}
    {%- endfor -%}
    coalesce({{ valeurs | join(', ') }}, 'non_renseigne')
{%- endmacro %}

{#- Et cette source. -#}
{% macro source_du_reservataire(sources) -%}
    {%- set reponses = [] -%}
    {%- for nom in sources_rangees(sources) -%}
        {%- do reponses.append('when ' ~ sources[nom] ~ " is not null then '" ~ nom ~ "'") -%}
    {%- endfor -%}
    case {{ reponses | join(' ') }} else 'non_renseigne' end
{%- endmacro %}
