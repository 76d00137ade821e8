{#- Délais : des jours entiers jusqu'à la dernière division (règle B11). -#}
{% macro jours_par_mois() -%}
    30.4375
{%- endmacro %}

{% macro delai_moyen_mois(jours) -%}
    cast(sum({{ jours }}) as double precision) / nullif(count({{ jours }}), 0) / {{ jours_par_mois() }}
{%- endmacro %}

{% macro delai_centile_mois(jours, part) -%}
    percentile_cont({{ part }}) within group (order by {{ jours }}) / {{ jours_par_mois() }}
{%- endmacro %}
