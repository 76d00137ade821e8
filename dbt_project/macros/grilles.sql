{#- Crée les macros des grilles de cotation, compilées par la construction (pipeline/grilles/dossier.py). -#}
{% macro definir_les_grilles() -%}
    {%- if execute -%}
        {%- for macro in run_query("select definition from " ~ source("grilles", "requetes")) -%}
            {%- do run_query(macro["definition"]) -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
