{#- Le fichier de construction est refait de rien : une table, une vue y naît à sa place. L'échange et la
copie de secours que dbt prévoit pour une base en service n'y protègent rien (docs/decisions/0009). -#}
{% materialization table, adapter='duckdb' %}
    {%- set cible = place_nette('table') -%}
    {%- call statement('main') -%}
        {{ create_table_as(False, cible, compiled_code) }}
    {%- endcall -%}
    {{ return(mise_en_place(cible)) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- set cible = place_nette('view') -%}
    {%- call statement('main') -%}
        {{ create_view_as(cible, compiled_code) }}
    {%- endcall -%}
    {{ return(mise_en_place(cible)) }}
{% endmaterialization %}


{% macro place_nette(type) -%}
    {%- set ancienne = load_cached_relation(this) -%}
    {%- if ancienne is not none -%}
        {%- do adapter.drop_relation(ancienne) -%}
    {%- endif -%}
    {{ return(this.incorporate(type=type)) }}
{%- endmacro %}


{% macro mise_en_place(cible) -%}
    {%- do persist_docs(cible, model) -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [cible]}) }}
{%- endmacro %}
