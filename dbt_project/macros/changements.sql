{#- Ce qui a changé depuis la construction gardée (docs/decisions/0013) : `graph.changements` commence par les
sources que nomme pipeline/transformation.py ; chaque modèle au contenu nouveau s'y ajoute. Une table refaite
à l'identique arrête là le changement. Sans cette liste, la construction part de rien : tout est nouveau. -#}
{% macro lit_un_changement() -%}
    {%- set changements = graph.get('changements') -%}
    {%- if changements is none -%}
        {{ return(true) }}
    {%- endif -%}
    {%- for lu in model['depends_on']['nodes'] if lu in changements -%}
        {{ return(true) }}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro %}


{% macro noter_le_changement() -%}
    {%- if graph.get('changements') is not none -%}
        {%- do graph['changements'].append(model['unique_id']) -%}
    {%- endif -%}
{%- endmacro %}


{#- Nombre de lignes et somme de leurs empreintes ; rien quand il n'y a rien à comparer. Une colonne qui
porterait le nom donné à la ligne serait lue à sa place : aucune n'a d'espace. -#}
{% macro contenu_a_comparer(relation) -%}
    {%- if relation is none or graph.get('changements') is none -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set requete -%}
        select count(*) || ' ' || coalesce(sum(cast(hash("ligne entière") as hugeint)), 0)
        from {{ relation }} as "ligne entière"
    {%- endset -%}
    {{ return(run_query(requete)[0][0]) }}
{%- endmacro %}
