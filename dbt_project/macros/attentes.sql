{#- Courbes d'attente : un point tous les trois mois, jusqu'à soixante. -#}
{% macro pas_attente_mois() -%} 3 {%- endmacro %}

{% macro attente_maximale_mois() -%} 60 {%- endmacro %}

{#- Jour où se lit un délai en mois : le dernier qu'il contient en entier. -#}
{% macro jour_du_delai(mois) -%}
    cast(floor({{ mois }} * {{ jours_par_mois() }}) as integer)
{%- endmacro %}

{#- Somme de nombres arrondis à 18 décimales : exacte, donc la même dans tous les ordres. -#}
{% macro somme_exacte(terme, fenetre) -%}
    coalesce(cast(sum(cast({{ terme }} as decimal(38, 18))) over {{ fenetre }} as double precision), 0)
{%- endmacro %}

{#- Borne à 95 % d'une probabilité, par log(-log) : `sens` vaut 1 pour la basse, -1 pour la haute. -#}
{% macro borne_log_log(part, variance, sens) -%}
    case
        when {{ part }} > 0 and {{ part }} < 1 and {{ variance }} > 0
            then
                power(
                    {{ part }},
                    exp({{ sens }} * 1.959963984540054 * sqrt({{ variance }}) / ({{ part }} * -ln({{ part }})))
                )
    end
{%- endmacro %}
