{#- Une ligne par combinaison de `colonnes`, toutes renseignées. Cause probable : jointure qui multiplie. -#}
{% test cle_unique(model, colonnes) %}
    select
        {{ colonnes | join(', ') }},
        count(*) as nombre_lignes
    from {{ model }}
    group by {{ colonnes | join(', ') }}
    having count(*) > 1 or {{ colonnes | join(' is null or ') }} is null
{% endtest %}
