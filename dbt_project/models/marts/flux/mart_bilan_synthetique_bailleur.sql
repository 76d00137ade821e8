with vacances as (
    select
        *,
        case when nature_flux = 'soustrait' then motif_hors_flux end as raison,
        nature_flux in ('oriente', 'non_oriente') as est_en_assiette
    from {{ ref('int_mises__vacances') }}
    where est_comptee_assiette
),

remises as (
    select * from {{ ref('int_flux__remises') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage = 'flux'
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

-- L'engagement d'un bailleur : aucun si ses conventions ne s'accordent pas sur le périmètre et l'assiette.
engagements as (
    select
        cast(annee as varchar) as annee,
        code_epci,
        code_bailleur,
        bool_and(a_premieres_locations_comprises) as a_premieres_locations_comprises,
        max(assiette_previsionnelle) as assiette_previsionnelle,
        cast(sum(taux_pct) as decimal(18, 2)) as taux_reserve_pct,
        cast(sum(objectif) as bigint) as objectif
    from {{ ref('int_conventions__appliquees') }}
    group by annee, code_epci, code_bailleur
    having
        min(code_perimetre) = max(code_perimetre)
        and min(assiette_previsionnelle) = max(assiette_previsionnelle)
),

disponibles as (
    select
        periodes.periode,
        vacances.code_epci,
        vacances.code_bailleur,
        count(distinct vacances.vacance_id) as nombre_disponibles,
        count(*) filter (where vacances.est_premiere_mise_en_location) as nombre_premieres_locations,
        {%- for categorie, motif in motifs_de_soustraction().items() %}
            count(*) filter (where vacances.raison = '{{ motif }}') as nombre_soustraits_{{ categorie }},
        {%- endfor %}
        count(*) filter (where vacances.nature_flux = 'exclu') as nombre_exclus,
        count(*) filter (where vacances.nature_flux = 'oriente') as nombre_orientes,
        count(*) filter (where vacances.nature_flux = 'non_oriente') as nombre_non_orientes,
        count(*) filter (where vacances.est_en_assiette and vacances.est_premiere_mise_en_location)
            as nombre_premieres_en_assiette
    from vacances
    inner join periodes on vacances.date_vacance between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, vacances.code_epci, vacances.code_bailleur
),

-- Ce que les remises de la période sont devenues (règle F10).
cohortes as (
    select
        periodes.periode,
        remises.code_epci,
        remises.code_bailleur,
        count(*) as nombre_remises,
        count(*) filter (where remises.est_attribuee) as nombre_attribuees,
        count(*) filter (where remises.est_louee) as nombre_baux,
        count(*) filter (where remises.est_rendue) as nombre_rendues
    from remises
    inner join periodes
        on remises.date_mise_a_disposition between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, remises.code_epci, remises.code_bailleur
),

final as (
    select
        disponibles.periode,
        disponibles.code_epci,
        disponibles.code_bailleur,
        disponibles.nombre_disponibles,
        disponibles.nombre_premieres_locations,
        {%- for categorie in motifs_de_soustraction() %}
            disponibles.nombre_soustraits_{{ categorie }},
        {%- endfor %}
        disponibles.nombre_exclus,
        disponibles.nombre_orientes,
        disponibles.nombre_non_orientes,
        disponibles.nombre_orientes + disponibles.nombre_non_orientes
        - case
            when engagements.a_premieres_locations_comprises = false
                then disponibles.nombre_premieres_en_assiette
            else 0
        end as assiette_realisee,
        case when length(disponibles.periode) = 4 then engagements.assiette_previsionnelle end
            as assiette_previsionnelle,
        case when length(disponibles.periode) = 4 then engagements.taux_reserve_pct end as taux_reserve_pct,
        case when length(disponibles.periode) = 4 then engagements.objectif end as objectif,
        {%- for compte in ['nombre_remises', 'nombre_attribuees', 'nombre_baux', 'nombre_rendues'] %}
            coalesce(cohortes.{{ compte }}, 0) as {{ compte }},
        {%- endfor %}
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from disponibles
    inner join metadonnees
        on disponibles.periode = metadonnees.periode and disponibles.code_epci = metadonnees.code_epci
    left join engagements
        on
            left(disponibles.periode, 4) = engagements.annee
            and disponibles.code_epci = engagements.code_epci
            and disponibles.code_bailleur = engagements.code_bailleur
    left join cohortes
        on
            disponibles.periode = cohortes.periode
            and disponibles.code_epci = cohortes.code_epci
            and disponibles.code_bailleur = cohortes.code_bailleur
)

select * from final
