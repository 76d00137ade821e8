{#- Bornes d'une période « 2024-T3 », « 2024-S2 » ou « 2024 ». -#}
{% macro premier_jour_periode(periode) -%}
    make_date(
        cast(left({{ periode }}, 4) as integer),
        case substr({{ periode }}, 6, 1)
            when 'T' then 3 * cast(right({{ periode }}, 1) as integer) - 2
            when 'S' then 6 * cast(right({{ periode }}, 1) as integer) - 5
            else 1
        end,
        1
    )
{%- endmacro %}

{% macro dernier_jour_periode(periode) -%}
    last_day(
        {{ premier_jour_periode(periode) }}
        + to_months(case substr({{ periode }}, 6, 1) when 'T' then 2 when 'S' then 5 else 11 end)
    )
{%- endmacro %}

{#- Nombre de trimestres d'une période, selon sa cadence. -#}
{% macro trimestres_par_periode(cadence) -%}
    case {{ cadence }} when 'trimestre' then 1 when 'semestre' then 2 else 4 end
{%- endmacro %}

{#- Ce qui distingue un trimestre, un semestre et une année dans le code d'une période. -#}
{% macro marque_de_cadence(periode) -%}
    substr({{ periode }}, 5, 2)
{%- endmacro %}
