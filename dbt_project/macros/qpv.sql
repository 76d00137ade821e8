{#-
    Ce que dit un code de QPV sur chaque carte (règles E3, E4) : `quartiers`, les codes de la carte, et
    `traductions`, ceux de l'autre carte.
-#}
{% macro lectures_des_codes_qpv() -%}
quartiers as (
    select distinct
        code_qpv,
        generation
    from {{ ref('int_parametres__qpv') }}
),

-- Codes de l'autre carte. Un code de 2024 ne vaut sur la carte de 2015 que si le périmètre est identique (I).
correspondances as (
    select
        code_qpv_2015 as code_livre,
        '2024' as generation,
        code_qpv_2024 as code_qpv
    from {{ ref('int_parametres__passage_qpv') }}
    union all
    select
        code_qpv_2024 as code_livre,
        '2015' as generation,
        code_qpv_2015 as code_qpv
    from {{ ref('int_parametres__passage_qpv') }}
    where code_qpv_2024 like '%I'
),

-- Traduit si tous les successeurs s'accordent : tous en QPV, ou tous sortis de la carte (règle E3).
traductions as (
    select
        code_livre,
        generation,
        case
            when count(code_qpv) = count(*) then 'qpv'
            when count(code_qpv) = 0 then 'hors_qpv'
        end as localisation_qpv,
        case when count(*) = 1 then min(code_qpv) end as code_qpv
    from correspondances
    group by code_livre, generation
)
{%- endmacro %}

{#- L'avis d'un bailleur qui répond oui ou non, ou dont le vide veut dire « hors QPV » (règle E2). -#}
{% macro avis_oui_non_qpv(livre) -%}
    case
        when {{ livre }}.est_en_qpv then 'qpv'
        when not {{ livre }}.est_en_qpv then 'hors_qpv'
        when
            {{ livre }}.code_qpv is null
            and ({{ livre }}.fichier_repond_non or {{ vide_veut_dire_hors_qpv(livre ~ '.fournisseur') }})
            then 'hors_qpv'
    end
{%- endmacro %}
