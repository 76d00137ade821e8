{#- Ce que la loi fait d'un logement hors flux (CCH R441-5) : les cinq soustraits, les trois exclus. -#}
{% macro motifs_de_soustraction() -%}
    {{ return({
        'mutations_internes': 'MUTINT', 'npnru': 'NPNRU', 'orcod': 'ORCOD', 'insalubrite': 'INSAL',
        'ventes': 'VENTE'
    }) }}
{%- endmacro %}

{% macro est_soustrait(motif) -%}
    {{ motif }} in ('{{ motifs_de_soustraction().values() | join("', '") }}')
{%- endmacro %}

{% macro est_exclu(motif) -%}
    {{ motif }} in ('DEFENSE', 'SECURITE', 'SANTE')
{%- endmacro %}

{#- Un nombre négatif vaut zéro, un nombre inconnu le reste. -#}
{% macro jamais_negatif(nombre) -%}
    case when {{ nombre }} < 0 then 0 else {{ nombre }} end
{%- endmacro %}

{#- Objectif : taux × assiette, au plus proche, la moitié au-dessus, en entiers (règle F5). -#}
{% macro objectif_de_reservation(taux_pct, assiette) -%}
    (cast(100 * {{ taux_pct }} as bigint) * {{ jamais_negatif(assiette) }} + 5000) // 10000
{%- endmacro %}

{#- Deux remises d'un logement : une vacance si elles sont proches et sans bail entre elles (règle F6). -#}
{% macro ouvre_une_vacance(logement, jour, jour_precedent, bail_precedent) -%}
    (
        {{ logement }} is null
        or coalesce(not {{ sont_proches(jour, jour_precedent) }}, true)
        or coalesce({{ bail_precedent }} <= {{ jour }}, false)
    )
{%- endmacro %}

{#- Le logement est dans le périmètre d'une convention de son EPCI ; seule une commune se vérifie. -#}
{% macro est_dans_le_perimetre(logement, perimetre) -%}
    {{ logement }}.code_epci = {{ perimetre }}.code_epci
    and (
        {{ perimetre }}.type_perimetre <> 'COMMUNE'
        or {{ logement }}.code_commune = {{ perimetre }}.code_perimetre
    )
{%- endmacro %}

{#-
    Borne à 95 % du nombre à venir K quand `attendu` = n × rapport, rapport = jours à venir ÷ jours connus :
    racine de (K − attendu)² = z² × rapport × (n + K), n et K suivant deux lois de Poisson de même rythme.
-#}
{% macro borne_de_poisson(attendu, rapport, signe) -%}
    {{ attendu }} + 1.96 * 1.96 * {{ rapport }} / 2
    {{ signe }} 1.96 * sqrt(
        {{ attendu }} * (1 + {{ rapport }}) + 1.96 * 1.96 * {{ rapport }} * {{ rapport }} / 4
    )
{%- endmacro %}

{#- Les mesures du bilan du 28 février, et les événements que chacune compte. -#}
{% macro mesures_du_bilan() -%}
    {%- set mesures = {
        'nombre_mises_a_disposition': ['mise_a_disposition'],
        'nombre_proposes': ['proposition'],
        'nombre_attribues': ['attribution'],
        'nombre_baux': ['bail'],
        'nombre_refus': ['refus'],
        'nombre_rendus': ['retour']
    } -%}
    {%- for categorie, motif in motifs_de_soustraction().items() -%}
        {%- do mesures.update({'nombre_soustraits_' ~ categorie: [motif]}) -%}
    {%- endfor -%}
    {%- do mesures.update({'nombre_exclus': ['DEFENSE', 'SECURITE', 'SANTE']}) -%}
    {{ return(mesures) }}
{%- endmacro %}

{#- Un nombre dans une phrase : virgule décimale, sans zéros inutiles. -#}
{% macro nombre_ecrit(nombre) -%}
    replace(regexp_replace(cast({{ nombre }} as varchar), '\.?0+$', ''), '.', ',')
{%- endmacro %}

{#- La mesure du bilan que compte un événement. -#}
{% macro mesure_de_l_evenement(nature) -%}
    case {% for mesure, natures in mesures_du_bilan().items() -%}
    when {{ nature }} in ('{{ natures | join("', '") }}') then '{{ mesure }}' {% endfor %} end
{%- endmacro %}

{#- Nombre d'événements d'une mesure du bilan. -#}
{% macro somme_du_bilan(mesure) -%}
    cast(coalesce(sum(evenements.nombre) filter (
        where evenements.nature_evenement in ('{{ mesures_du_bilan()[mesure] | join("', '") }}')
    ), 0) as bigint)
{%- endmacro %}
