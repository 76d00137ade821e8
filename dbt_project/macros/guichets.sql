{#- Ce qu'un lieu d'accueil compte : des nombres de la période, vides s'ils sont inconnus. -#}
{% macro mesures_d_accueil() -%}
    {{ return([
        'nombre_visites', 'nombre_contacts_a_distance', 'nombre_demandes_enregistrees',
        'nombre_renouvellements', 'nombre_orientations'
    ]) }}
{%- endmacro %}

{#- Activité livrée d'un type de lieu ; contacts à distance : vides si un canal est inconnu. -#}
{% macro activite_livree(type_lieu) -%}
    select
        '{{ type_lieu }}' as type_lieu,
        code_lieu,
        libelle_lieu,
        code_commune,
        nombre_visites,
        nombre_appels + nombre_courriels + nombre_contacts_en_ligne as nombre_contacts_a_distance,
        nombre_demandes_enregistrees,
        nombre_renouvellements,
        nombre_orientations,
        periode,
        fournisseur,
        recu_le,
        ligne
    from {{ ref('stg_guichets__activite_' ~ type_lieu | lower) }}
{%- endmacro %}

{#- Période de deux moitiés de `table` ; une moitié absente ou inconnue laisse la somme inconnue. -#}
{% macro somme_des_moities(table, periode) -%}
    select
        {{ periode }} as periode,
        code_epci,
        type_lieu,
        code_lieu,
        max(libelle_lieu) as libelle_lieu
    {%- for mesure in mesures_d_accueil() %},
        case when count({{ mesure }}) = 2 then cast(sum({{ mesure }}) as bigint) end as {{ mesure }}
    {%- endfor %}
    from {{ table }}
    group by all
{%- endmacro %}
