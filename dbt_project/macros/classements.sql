{#- Premier quartile de ressources, en décimaux (règle D3) ; à égalité, `seuil_q1_inclus` décide. -#}
{% macro est_premier_quartile(ressources, plafond) -%}
    {{ ressources }} {{ '<=' if var('seuil_q1_inclus') else '<' }} {{ plafond }}
{%- endmacro %}

{#- Quartile de cotation : C1 ≤ p25 < C2 ≤ p50 < C3 ≤ p75 < C4 (règle C6) ; sans score, inconnu. -#}
{% macro quartile_cotation(points, p25, p50, p75) -%}
    case
        when {{ points }} <= {{ p25 }} then 'C1'
        when {{ points }} <= {{ p50 }} then 'C2'
        when {{ points }} <= {{ p75 }} then 'C3'
        when {{ points }} > {{ p75 }} then 'C4'
        else 'non_renseigne'
    end
{%- endmacro %}

{#- Carte des QPV d'un département : celle de la métropole ou celle de l'outre-mer (règle E5). -#}
{% macro portee_carte_qpv(code_departement) -%}
    case
        when left({{ code_departement }}, 2) in ('97', '98') then 'outre_mer'
        else 'metropole'
    end
{%- endmacro %}

{#- Modalité d'un axe dans un regroupement : `ensemble` pour le total. -#}
{% macro modalite_ou_ensemble(colonne) -%}
    case when grouping({{ colonne }}) = 1 then 'ensemble' else {{ colonne }} end
{%- endmacro %}

{#- Somme exacte des points des lignes choisies ; aucune ligne : zéro. -#}
{% macro somme_points(condition) -%}
    cast(coalesce(sum(points) filter (where {{ condition }}), 0) as decimal(18, 2))
{%- endmacro %}

{#- Le réglage dit-il qu'un QPV vide de ce fournisseur veut dire « hors QPV » ? (règle E2) -#}
{% macro vide_veut_dire_hors_qpv(fournisseur) -%}
    {{ est_dans_le_reglage('qpv_vide_hors_qpv', fournisseur) }}
{%- endmacro %}

{#- La valeur est-elle dans la liste d'un réglage ? -#}
{% macro est_dans_le_reglage(reglage, valeur) -%}
    {%- set valeurs = [] -%}
    {%- for reglee in var(reglage, []) -%}
        {%- do valeurs.append("'" ~ reglee | replace("'", "''") ~ "'") -%}
    {%- endfor -%}
    list_contains(cast([{{ valeurs | join(', ') }}] as varchar[]), {{ valeur }})
{%- endmacro %}

{#- Ressources annuelles par UC, à quatre décimales. -#}
{% macro par_uc(ressources_annuelles, unites) -%}
    cast({{ ressources_annuelles }} / {{ unites }} as decimal(18, 4))
{%- endmacro %}

{#- Les mêmes, tirées d'un revenu mensuel ; nul, négatif ou UC < 1 : vide (règle D5). -#}
{% macro ressources_uc(revenu_mensuel, unites) -%}
    case
        when {{ revenu_mensuel }} > 0 and {{ unites }} >= 1
            then {{ par_uc('12 * ' ~ revenu_mensuel, unites) }}
    end
{%- endmacro %}

{#- Au-dessus du premier quartile : R2 ≤ p50 < R3 ≤ p75 < R4 ; sans stock, `R2_R4` (règle D4). -#}
{% macro quartile_ressources_superieur(ressources, p50, p75) -%}
    case
        when {{ p50 }} is null then 'R2_R4'
        when {{ ressources }} <= {{ p50 }} then 'R2'
        when {{ ressources }} <= {{ p75 }} then 'R3'
        else 'R4'
    end
{%- endmacro %}

{#- Test D3 : ressources du ménage contre seuil × UC ; un seuil calculé par UC se compare par UC. -#}
{% macro est_premier_quartile_annuel(ressources, seuils) -%}
    case {{ seuils }}.source_seuil
        when 'calcule'
            then {{ est_premier_quartile(
                par_uc(ressources ~ '.ressources_annuelles_eur', ressources ~ '.unites_consommation'),
                seuils ~ '.seuil_eur_uc'
            ) }}
        else {{ est_premier_quartile(
            ressources ~ '.ressources_annuelles_eur',
            'cast(' ~ seuils ~ '.seuil_eur_uc as decimal(18, 2)) * ' ~ ressources ~ '.unites_consommation'
        ) }}
    end
{%- endmacro %}

{#- Tranche de points d'un score : borne basse comprise, haute exclue, extrémités ouvertes (règle C11). -#}
{% macro est_dans_la_tranche(score, tranche, jour) -%}
    {{ score }}.code_epci = {{ tranche }}.code_epci
    and {{ score }}.{{ jour }} between {{ tranche }}.valide_du
    and coalesce({{ tranche }}.valide_au, {{ score }}.{{ jour }})
    and {{ score }}.points >= coalesce({{ tranche }}.borne_min, {{ score }}.points)
    and ({{ score }}.points < {{ tranche }}.borne_max or {{ tranche }}.borne_max is null)
{%- endmacro %}
