{#-
    Le réservataire que nomme la première source qui répond, dans l'ordre du réglage (règle F1). `lus` : ce que dit
    chaque source (`bailleur`, `sne`, `rpls`) ; le code RPLS 8, gestion en flux, ne nomme personne.
-#}
{% macro reservataire_retenu(lus) -%}
    coalesce(
        {%- for source in var('ordre_reservataire') if source in lus %}
        {{ lus[source] }},
        {%- endfor %}
        'non_renseigne'
    )
{%- endmacro %}

{#- La source qui l'a nommé. -#}
{% macro source_du_reservataire(lus) -%}
    case
        {%- for source in var('ordre_reservataire') if source in lus %}
        when {{ lus[source] }} is not null then '{{ source }}'
        {%- endfor %}
        else 'non_renseigne'
    end
{%- endmacro %}
