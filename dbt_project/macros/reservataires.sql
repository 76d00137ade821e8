{#- Sources du réservataire, dans l'ordre du réglage ; celles qu'il omet viennent après (règle F1). -#}
{% macro ordre_des_sources(lus) -%}
    {%- set ordre = var('ordre_reservataire') -%}
    {%- set rangees = [] -%}
    {%- for source in ordre if source in lus -%}{%- do rangees.append(source) -%}{%- endfor -%}
    {%- for source in lus if source not in ordre -%}{%- do rangees.append(source) -%}{%- endfor -%}
    {{ return(rangees) }}
{%- endmacro %}

{#-
    Le réservataire que nomme la première source qui répond. `lus` : ce que dit chaque source (`bailleur`, `sne`,
    `rpls`) ; le code RPLS 8, gestion en flux, ne nomme personne.
-#}
{% macro reservataire_retenu(lus) -%}
    coalesce({% for source in ordre_des_sources(lus) %}{{ lus[source] }}, {% endfor %}'non_renseigne')
{%- endmacro %}

{#- La source qui l'a nommé. -#}
{% macro source_du_reservataire(lus) -%}
    case {% for source in ordre_des_sources(lus) -%}
    when {{ lus[source] }} is not null then '{{ source }}' {% endfor %} else 'non_renseigne' end
{%- endmacro %}
