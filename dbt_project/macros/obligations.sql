{#- Relogement qui compte avec le premier quartile (règle D6). -#}
{% macro est_relogement_compte(programme) -%}
    {{ programme }} in ('NPNRU', 'ORCOD')
{%- endmacro %}

{#- Taux en dix-millièmes : un entier, pour un calcul exact. -#}
{% macro en_dix_milliemes(taux) -%}
    cast({{ taux }} * 10000 as bigint)
{%- endmacro %}

{#-
    Plus petit k ≥ 0 tel que (num + k) ÷ (den + k) ≥ taux, en entiers : k = ⌈(taux × den − num) ÷ (1 − taux)⌉.
    À 100 %, aucun k ne suffit : vide (règle D8).
-#}
{% macro nombre_manquant(numerateur, denominateur, taux) -%}
    {%- set vise = en_dix_milliemes(taux) ~ ' * ' ~ denominateur -%}
    {%- set manque = '(' ~ vise ~ ' - 10000 * ' ~ numerateur ~ ')' -%}
    {%- set pas = '(10000 - ' ~ en_dix_milliemes(taux) ~ ')' -%}
    case
        when {{ taux }} < 1 and {{ manque }} <= 0 then 0
        when {{ taux }} < 1
            then cast(
                ({{ manque }} + {{ pas }} - 1 - ({{ manque }} + {{ pas }} - 1) % {{ pas }}) / {{ pas }}
                as bigint
            )
    end
{%- endmacro %}
