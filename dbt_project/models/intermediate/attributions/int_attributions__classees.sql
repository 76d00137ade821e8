with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
    where est_dans_les_indicateurs
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

bornes as (
    select * from {{ ref('int_scores__bornes') }}
),

-- Chaque bail compte dans son trimestre, son semestre et son année (règle B12) ; les bornes sont celles de
-- la période et de la version de grille du score (règles C4, C5).
final as (
    select
        attributions.attribution_id,
        periodes.periode,
        attributions.code_epci,
        attributions.code_bailleur,
        attributions.code_reservataire,
        attributions.type_demande,
        attributions.localisation_qpv,
        attributions.quartile_ressources,
        attributions.tranche_points,
        attributions.sous_groupe,
        {{ quartile_cotation('attributions.points', 'bornes.p25', 'bornes.p50', 'bornes.p75') }}
            as quartile_cotation,
        attributions.est_score_ancien,
        attributions.delai_attribution_jours
    from attributions
    inner join periodes
        on attributions.date_attribution between periodes.premier_jour and periodes.dernier_jour
    left join bornes
        on
            periodes.periode = bornes.periode
            and attributions.code_epci = bornes.code_epci
            and attributions.grille_version = bornes.grille_version
)

select * from final
