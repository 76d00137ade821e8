with scores as (
    select * from {{ ref('int_scores__confrontes') }}
    where est_comparee
),

criteres as (
    select * from {{ ref('int_grilles__criteres') }}
),

-- Les versions dont le détail est connu.
versions as (
    select distinct
        code_epci,
        grille_version
    from criteres
    where statut = 'en_vigueur'
),

-- Le même critère dans la version déclarée, et aux dates qui touchent celle du score.
situes as (
    select
        points.*,
        criteres.critere is null and points.nature = 'critere' as est_hors_grille,
        coalesce((scores.masque_inconnus >> criteres.rang) & 1 = 1, false) as est_inconnu,
        coalesce((scores.masque_non_disponibles >> criteres.rang) & 1 = 1, false) as est_non_disponible,
        case
            when scores.grille_version <> scores.grille_version_du_jour and versions.code_epci is not null
                then coalesce(declaree.points, 0)
        end as points_version_declaree,
        case when scores.date_precedente is not null then coalesce(precedente.points, 0) end
            as points_precedents,
        case when scores.date_suivante is not null then coalesce(suivante.points, 0) end as points_suivants
    from {{ ref('int_points__reunis') }} as points
    inner join scores
        on {{ memes_cles('points', 'scores', ['demande_id', 'code_epci', 'grille_version', 'date_points']) }}
    left join criteres
        on
            points.code_epci = criteres.code_epci
            and points.critere = criteres.critere
            and scores.grille_version_du_jour = criteres.grille_version
            and criteres.demandes in ('toutes', scores.type_demande)
    left join versions
        on points.code_epci = versions.code_epci and points.grille_version = versions.grille_version
    {{ points_du_detail('declaree', 'points.grille_version', 'points.date_points') }}
    {{ points_du_detail('precedente', 'scores.grille_version_du_jour', 'scores.date_precedente') }}
    {{ points_du_detail('suivante', 'scores.grille_version_du_jour', 'scores.date_suivante') }}
),

-- La première cause qui convient, de la plus sûre à la plus vague.
expliques as (
    select
        *,
        case
            when points_declares = points_recalcules then 'aucun_ecart'
            when points_declares = points_version_declaree then 'version_de_grille'
            when est_hors_grille then 'critere_hors_grille'
            when est_non_disponible then 'non_disponible'
            when est_inconnu then 'fait_inconnu'
            when nature = 'ecretement' then 'plafond'
            when points_declares = points_precedents then 'fait_modifie_depuis'
            when points_declares = points_suivants then 'fait_connu_plus_tard'
            when points_declares = 0 then 'absent_du_declare'
            when points_recalcules = 0 then 'absent_du_recalcul'
            else 'points_differents'
        end as cause
    from situes
),

-- Le total a la cause de ses critères quand ils n'en ont qu'une.
totaux as (
    select
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        scores.date_points,
        'TOTAL' as critere,
        'total' as bloc,
        scores.points_declares,
        scores.points_recalcules,
        case
            when scores.points_declares = scores.points_recalcules then 'aucun_ecart'
            when min(expliques.cause) = max(expliques.cause) then min(expliques.cause)
            else 'plusieurs_causes'
        end as cause
    from scores
    left join expliques
        on
            {{ memes_cles(
                'scores', 'expliques', ['demande_id', 'code_epci', 'grille_version', 'date_points']
            ) }}
            and expliques.cause <> 'aucun_ecart'
    group by
        scores.demande_id,
        scores.code_epci,
        scores.grille_version,
        scores.date_points,
        scores.points_declares,
        scores.points_recalcules
),

final as (
    select
        demande_id,
        code_epci,
        grille_version,
        date_points,
        critere,
        bloc,
        points_declares,
        points_recalcules,
        cause
    from expliques
    union all
    select * from totaux
)

select * from final
