{#- Le score a plus de douze mois au jour où il sert (règle C1). -#}
{% macro est_score_ancien(date_points, jour) -%}
    {{ date_points }} < cast({{ jour }} - interval 12 month as date)
{%- endmacro %}
