{#- Typologie du SNE d'après le nombre de pièces : de six à neuf, T6P (règle F3). -#}
{% macro typologie_de_pieces(nombre_pieces) -%}
    case
        when {{ nombre_pieces }} between 1 and 5 then 'T' || cast({{ nombre_pieces }} as varchar)
        when {{ nombre_pieces }} >= 6 then 'T6P'
        else 'non_renseigne'
    end
{%- endmacro %}

{#- Période de construction ; les deux années écrites sont comprises. -#}
{% macro periode_construction(annee) -%}
    case
        when {{ annee }} < 1949 then 'avant_1949'
        when {{ annee }} < 1977 then '1949_1976'
        when {{ annee }} < 1990 then '1977_1989'
        when {{ annee }} < 2000 then '1990_1999'
        when {{ annee }} < 2010 then '2000_2009'
        when {{ annee }} < 2019 then '2010_2018'
        when {{ annee }} >= 2019 then '2019_et_plus'
        else 'non_renseigne'
    end
{%- endmacro %}

{#- Clé d'un objet du bailleur : son numéro n'a de sens que chez lui ; sans SIREN, chez le fournisseur. -#}
{% macro cle_de_bailleur(numero) -%}
    coalesce(code_bailleur, fournisseur) || '/' || {{ numero }}
{%- endmacro %}
