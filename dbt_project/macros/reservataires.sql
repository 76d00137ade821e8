{#- Réservataire selon la première source qui répond, dans l'ordre du réglage (règle F1). -#}
{% macro reservataire_retenu(sources) -%}
    coalesce(
        {%- for nom in var('ordre_reservataires') if nom in sources %}
        {{ sources[nom] }},
        {%- endfor %}
        'non_renseigne'
    )
{%- endmacro %}

{#- Et cette source. -#}
{% macro source_du_reservataire(sources) -%}
    coalesce(
        {%- for nom in var('ordre_reservataires') if nom in sources %}
        case when {{ sources[nom] }} is not null then '{{ nom }}' end,
        {%- endfor %}
        'non_renseigne'
    )
{%- endmacro %}
