{#- Événements connus à ce jour : aucun si le flux était ouvert, inconnus avant son premier dépôt. -#}
{% macro evenements_connus(dates, premier_jour) -%}
    case
        when date_faits >= {{ premier_jour }}
            then coalesce(list_filter({{ dates }}, lambda jour: jour <= date_faits), [])
    end
{%- endmacro %}
