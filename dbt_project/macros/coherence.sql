{#-
    Combinaisons des autres clés où la somme des modalités d'un axe diffère de la modalité `ensemble`,
    pour une mesure ; une combinaison sans ligne `ensemble` est aussi rendue.
-#}
{% macro ecarts_a_l_ensemble(table, axe, cles, mesure) -%}
    select
        '{{ axe }}' as axe_en_ecart,
        '{{ mesure }}' as mesure_en_ecart,
        concat_ws(' / ', {{ cles | reject('equalto', axe) | join(', ') }}) as combinaison,
        sum({{ mesure }}) filter (where {{ axe }} <> 'ensemble') as somme_des_modalites,
        sum({{ mesure }}) filter (where {{ axe }} = 'ensemble') as ensemble
    from {{ ref(table) }}
    group by {{ cles | reject('equalto', axe) | join(', ') }}
    having
        sum({{ mesure }}) filter (where {{ axe }} <> 'ensemble')
        is distinct from sum({{ mesure }}) filter (where {{ axe }} = 'ensemble')
{%- endmacro %}

{#- Réunit ces écarts pour plusieurs axes et plusieurs mesures d'une même table. -#}
{% macro controle_des_ensembles(table, axes, cles, mesures) -%}
    {%- set requetes = [] -%}
    {%- for axe in axes -%}
        {%- for mesure in mesures -%}
            {%- do requetes.append(ecarts_a_l_ensemble(table, axe, cles, mesure)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ requetes | join('\n    union all\n') }}
{%- endmacro %}
