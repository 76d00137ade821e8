{#- Le fichier de construction est privé : une table, une vue y naît à sa place. L'échange et la copie de
secours que dbt prévoit pour une base en service n'y protègent rien (docs/decisions/0009). Ce qui ne lit
rien de changé reste en place (macros/changements.sql). -#}
{% materialization table, adapter='duckdb' %}
    {%- set ancienne = load_cached_relation(this) -%}
    {%- if ancienne is not none and not lit_un_changement() -%}
        {{ return(garder(ancienne)) }}
    {%- endif -%}
    {%- set contenu = contenu_a_comparer(ancienne) -%}
    {%- set cible = this.incorporate(type='table') -%}
    {%- call statement('main') -%}
        drop table if exists {{ cible }};
        {{ create_table_as(False, cible, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(cible, model) -%}
    {%- if contenu is none or contenu != contenu_a_comparer(cible) -%}
        {%- do noter_le_changement() -%}
    {%- endif -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [cible]}) }}
{% endmaterialization %}


{% materialization view, adapter='duckdb' %}
    {%- set ancienne = load_cached_relation(this) -%}
    {%- if ancienne is not none and not lit_un_changement() -%}
        {{ return(garder(ancienne)) }}
    {%- endif -%}
    {%- set cible = this.incorporate(type='view') -%}
    {%- call statement('main') -%}
        drop view if exists {{ cible }};
        {{ create_view_as(cible, compiled_code) }}
    {%- endcall -%}
    {%- do persist_docs(cible, model) -%}
    {%- do noter_le_changement() -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [cible]}) }}
{% endmaterialization %}


{% materialization test, adapter='duckdb' %}
    {%- if lit_un_changement() -%}
        {{ return(dbt.materialization_test_default()) }}
    {%- endif -%}
    {%- if 'sans_defaut' not in graph -%}
        {%- set sans_defaut = 'select 0 as failures, false as should_warn, false as should_error' -%}
        {%- do graph.update(sans_defaut=run_query(sans_defaut)) -%}
    {%- endif -%}
    {%- do dire_garde(graph['sans_defaut']) -%}
    {{ return({'relations': []}) }}
{% endmaterialization %}


{% macro garder(relation) -%}
    {%- do dire_garde() -%}
    {{ return({'relations': [relation]}) }}
{%- endmacro %}


{% macro dire_garde(resultat=none) -%}
    {%- do store_raw_result(
        'main', message='GARDÉ', code='GARDÉ', rows_affected='0', agate_table=resultat
    ) -%}
{%- endmacro %}


{#- Celle de dbt relit d'abord les colonnes de la table : le contrat dit déjà lesquelles elle a. -#}
{% macro duckdb__alter_column_comment(relation, column_dict) -%}
    {%- for colonne in column_dict.values() %}
        comment on column {{ relation }}.{{ colonne['name'] }} is {{ duckdb_escape_comment(colonne['description']) }};
    {%- endfor -%}
{%- endmacro %}


{#- Les modèles de la construction gardée sont ceux d'aujourd'hui : leur contrat a été vérifié alors. -#}
{% macro duckdb__get_assert_columns_equivalent(sql) -%}
    {%- if graph.get('changements') is none -%}
        {{ return(assert_columns_equivalent(sql)) }}
    {%- endif -%}
{%- endmacro %}
