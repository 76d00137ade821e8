{#- Famille d'un motif de radiation du SNE : un terme du bilan (règles R0.7, A10). -#}
{% macro famille_de_motif(motif) -%}
    case {{ motif }}
        when 'RADATT' then 'attribution'
        when 'RADABA' then 'abandon'
        when 'RADIRR' then 'irrecevabilite'
        when 'IRRSEJ' then 'irrecevabilite'
        when 'IRRRES' then 'irrecevabilite'
        when 'RADCON' then 'contact'
        when 'RADREN' then 'non_renouvellement'
        else 'sans_motif'
    end
{%- endmacro %}

{#- Mutation : ce que dit le SNE, sinon le logement actuel (règle A18). -#}
{% macro type_demande(mode_mutation, mode_logement_actuel) -%}
    case
        when {{ mode_mutation }} in ('OUI', 'O', '1', 'I', 'E') then 'mutation'
        when {{ mode_mutation }} in ('NON', 'N', '0') then 'hors_mutation'
        when {{ mode_logement_actuel }} = 'HLM' then 'mutation'
        when {{ mode_logement_actuel }} is not null then 'hors_mutation'
        else 'non_renseigne'
    end
{%- endmacro %}

{#- Reconnaissance DALO en vigueur : active, ou active et relogée (règle D10). -#}
{% macro est_dalo(statut) -%}
    {{ statut }} in ('ACTIF', 'ACTREL')
{%- endmacro %}

{#- Ancienneté d'une demande en cours, en mois (règle A20). -#}
{% macro anciennete_mois(jours) -%}
    {{ jours }} / {{ jours_par_mois() }}
{%- endmacro %}

{#- Points d'une nature, à réunir aux radiations. -#}
{% macro point_sans_motif(nature, ordre) -%}
    union all
    select
        demande_id,
        jour,
        {{ ordre }} as ordre,
        '{{ nature }}' as nature,
        null as motif_radiation
    from {{ nature }}s
{%- endmacro %}

{#- Ce que le SNE écrit d'une demande dans une ligne de `table`, daté de `jour`. -#}
{% macro declaration(table, jour) -%}
    select
        demande_id,
        demande_sne_id,
        {{ jour }} as date_declaration,
        periode,
        fournisseur,
        recu_le,
        taille_menage,
        coalesce(age_fin_periode, age_au_depot) as age,
        age_fin_periode is null and age_au_depot is not null as est_age_au_depot,
        montant_revenu_mensuel_foyer_eur,
        unites_consommation,
        statut_professionnel,
        mode_logement_actuel,
        mode_mutation,
        typologie_recherchee,
        motif_demande,
        situation_familiale,
        nombre_cotitulaires,
        nombre_personnes_a_charge,
        nombre_personnes_handicapees,
        categorie_logement_actuel,
        typologie_actuelle,
        code_commune_actuelle,
        categorie_logement_recherche,
        montant_apl_mensuel_eur,
        est_relogement_anru,
        code_commune_souhaitee
    from {{ ref(table) }}
{%- endmacro %}

{#- Département d'un EPCI : à cheval sur plusieurs, le premier par son code. -#}
{% macro departement_par_epci() -%}
    select
        code_epci,
        min(code_departement) as code_departement
    from {{ ref('int_communes__recodees') }}
    group by code_epci
{%- endmacro %}
