{#- Écart au-delà duquel deux baux d'une même demande sont deux attributions (règles B3, B4). -#}
{% macro jours_de_rapprochement() -%}
    183
{%- endmacro %}

{% macro sont_proches(jour_a, jour_b) -%}
    abs({{ jour_a }} - {{ jour_b }}) <= {{ jours_de_rapprochement() }}
{%- endmacro %}

{#-
    Parcourt les lignes `classes` (demande_id, cle, jour, rang) de chaque demande par rang croissant et
    retient une ligne si aucune ligne déjà retenue n'est proche : un bail compte une fois (règle B4).
-#}
{% macro parcours_des_lignes_eloignees() -%}
    select
        demande_id,
        cle,
        rang,
        [jour] as jours_retenus,
        true as est_retenue
    from classes
    where rang = 1
    union all
    select
        classes.demande_id,
        classes.cle,
        classes.rang,
        case
            when examen.est_libre then list_append(parcours.jours_retenus, classes.jour)
            else parcours.jours_retenus
        end as jours_retenus,
        examen.est_libre as est_retenue
    from parcours
    inner join classes
        on parcours.demande_id = classes.demande_id and parcours.rang + 1 = classes.rang
    cross join lateral (
        select not exists (
            select 1
            from unnest(parcours.jours_retenus) as retenus (jour)
            where {{ sont_proches('retenus.jour', 'classes.jour') }}
        ) as est_libre
    ) as examen
{%- endmacro %}
