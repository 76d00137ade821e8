{#- Texte livré : sans blancs autour, vide = absent. -#}
{% macro texte(colonne) -%}
    nullif(trim(cast({{ colonne }} as varchar)), '')
{%- endmacro %}

{#- Ordre où la dernière ligne livrée vient d'abord (règles A2, B8, C9). -#}
{% macro derniere_livraison_d_abord() -%}
    recu_le desc, {{ dernier_jour_periode('periode') }} desc, fournisseur desc, ligne desc
{%- endmacro %}

{#- Un paramètre fictif ne sert qu'à des données fictives (règle R0.10). -#}
{% macro parametre_retenu() -%}
    (not est_fictif or {{ var('origine_fictive', false) }})
{%- endmacro %}
