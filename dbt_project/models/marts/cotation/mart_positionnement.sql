with fenetres as (
    select * from {{ ref('int_tensions__fenetrees') }}
    where periode in (select trimestres.periode from {{ ref('int_periodes__suivies') }} as trimestres)
),

-- Ceux qui attendent au dernier jour, et ceux qui ont été logés dans les douze mois complets (règle F4).
menages as (
    select
        demandes.periode,
        demandes.code_epci,
        demandes.grille_version,
        demandes.code_commune,
        demandes.typologie_recherchee as typologie,
        demandes.points,
        true as est_demande,
        cast(null as bigint) as delai_attribution_jours
    from {{ ref('int_demandes__classees') }} as demandes
    inner join fenetres on demandes.periode = fenetres.periode
    union all
    select
        fenetres.periode,
        attributions.code_epci,
        attributions.grille_version,
        attributions.code_commune,
        attributions.typologie,
        attributions.points,
        false as est_demande,
        attributions.delai_attribution_jours
    from {{ ref('int_attributions__consolidees') }} as attributions
    inner join fenetres
        on attributions.date_attribution between fenetres.premier_jour and fenetres.dernier_jour
    where attributions.est_dans_les_indicateurs and fenetres.est_complete
),

secteurs as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('code_commune') }} as code_commune,
        {{ modalite_ou_ensemble('typologie') }} as typologie,
        count(*) filter (where est_demande and points is null) as nombre_demandes_sans_score,
        count(*) filter (where not est_demande) as nombre_attributions_12_mois,
        count(delai_attribution_jours) as nombre_delais,
        {{ delai_moyen_mois('delai_attribution_jours') }} as delai_attribution_moyen_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.5) }} as delai_attribution_median_mois,
        {{ delai_centile_mois('delai_attribution_jours', 0.9) }} as delai_attribution_p90_mois
    from menages
    group by periode, code_epci, cube (code_commune, typologie)
),

scores as (
    select
        periode,
        code_epci,
        grille_version,
        {{ modalite_ou_ensemble('code_commune') }} as code_commune,
        {{ modalite_ou_ensemble('typologie') }} as typologie,
        points,
        count(*) filter (where est_demande) as demandes,
        count(*) filter (where not est_demande) as attributions
    from menages
    where points is not null
    group by periode, code_epci, grille_version, points, cube (code_commune, typologie)
),

-- Les points de deux versions de grille ne se comparent pas (règle C5).
rangs as (
    select
        *,
        sum(demandes) over decroissant - demandes as plus_de_points,
        sum(demandes) over croissant - demandes as moins_de_points,
        sum(attributions) over croissant as attributions_points_au_plus
    from scores
    window
        secteur as (partition by periode, code_epci, grille_version, code_commune, typologie),
        croissant as (secteur order by points),
        decroissant as (secteur order by points desc)
),

final as (
    select
        rangs.periode,
        rangs.code_epci,
        rangs.grille_version,
        rangs.code_commune,
        rangs.typologie,
        rangs.points,
        cast(rangs.plus_de_points as bigint) as nombre_demandes_plus_de_points,
        rangs.demandes as nombre_demandes_autant_de_points,
        cast(rangs.moins_de_points as bigint) as nombre_demandes_moins_de_points,
        secteurs.nombre_demandes_sans_score,
        case when fenetres.est_complete then secteurs.nombre_attributions_12_mois end
            as nombre_attributions_12_mois,
        case when fenetres.est_complete then cast(rangs.attributions_points_au_plus as bigint) end
            as nombre_attributions_points_au_plus,
        case when fenetres.est_complete then secteurs.nombre_delais end as nombre_delais,
        secteurs.delai_attribution_moyen_mois,
        secteurs.delai_attribution_median_mois,
        secteurs.delai_attribution_p90_mois,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from rangs
    inner join secteurs
        on
            rangs.periode = secteurs.periode
            and rangs.code_epci = secteurs.code_epci
            and rangs.code_commune = secteurs.code_commune
            and rangs.typologie = secteurs.typologie
    inner join fenetres on rangs.periode = fenetres.periode
    inner join {{ ref('int_periodes__renseignees') }} as metadonnees
        on rangs.periode = metadonnees.periode and rangs.code_epci = metadonnees.code_epci
    where rangs.demandes > 0 and metadonnees.usage = 'criteres'
)

select * from final
