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

{#-
    Lignes en vigueur d'un paramètre : celles qui sont déposées (la dernière de chaque clé), puis celles de
    l'exemple dont la clé n'a pas été déposée (règle R0.10). `exemple` est déjà limité aux lignes retenues.
-#}
{% macro parametre_en_vigueur(depose, exemple, cles, valeurs) -%}
    select {{ (cles + valeurs) | join(', ') }}
    from {{ depose }}
    qualify
        row_number() over (
            partition by {{ cles | join(', ') }}
            order by {{ dernier_jour_periode('periode') }} desc, {{ derniere_livraison_d_abord() }}
        ) = 1
    union all
    select {{ exemple }}.{{ (cles + valeurs) | join(', ' ~ exemple ~ '.') }}
    from {{ exemple }}
    anti join {{ depose }}
        on {{ memes_cles(exemple, depose, cles) }}
{%- endmacro %}

{#- Mêmes clés des deux côtés, vides comprises. -#}
{% macro memes_cles(gauche, droite, cles) -%}
    {%- set egalites = [] -%}
    {%- for cle in cles -%}
        {%- do egalites.append(gauche ~ '.' ~ cle ~ ' is not distinct from ' ~ droite ~ '.' ~ cle) -%}
    {%- endfor -%}
    {{ egalites | join(' and ') }}
{%- endmacro %}
