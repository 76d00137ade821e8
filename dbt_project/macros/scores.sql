{#- Le score a plus de douze mois au jour où il sert (règle C1). -#}
{% macro est_score_ancien(date_points, jour) -%}
    {{ date_points }} < cast({{ jour }} - interval 12 month as date)
{%- endmacro %}

{#- Points du critère de `points` dans le détail recalculé d'une version, un jour. -#}
{% macro points_du_detail(nom, version, jour) -%}
    left join {{ ref('int_demandes__detaillees') }} as {{ nom }}
        on
            points.demande_id = {{ nom }}.demande_id
            and points.code_epci = {{ nom }}.code_epci
            and points.critere = {{ nom }}.critere
            and {{ version }} = {{ nom }}.grille_version
            and {{ jour }} = {{ nom }}.date_faits
{%- endmacro %}
