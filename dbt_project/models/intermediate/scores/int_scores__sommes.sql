with points as (
    select * from {{ ref('int_points__rattaches') }}
),

-- Score = somme des critères, négatifs compris ; la ligne TOTAL est comparée, jamais ajoutée (règle C8).
sommes as (
    select
        demande_id,
        code_epci,
        grille,
        version,
        grille_version,
        date_points,
        {{ somme_points("critere <> 'TOTAL'") }} as points,
        max(points) filter (where critere = 'TOTAL') as points_total_livre,
        count(*) filter (where critere <> 'TOTAL') as nombre_criteres,
        {{ somme_points("bloc = 'priorites_nationales'") }} as points_priorites_nationales,
        {{ somme_points("bloc = 'priorites_locales'") }} as points_priorites_locales,
        {{ somme_points("bloc = 'historique'") }} as points_historique,
        -- La mutation elle-même n'est pas une priorité, ni l'historique de la demande.
        coalesce(
            bool_or(
                points > 0
                and bloc in ('priorites_nationales', 'priorites_locales')
                and not {{ est_dans_le_reglage('criteres_de_mutation', 'critere') }}
            ),
            false
        ) as a_critere_prioritaire
    from points
    group by demande_id, code_epci, grille, version, grille_version, date_points
),

-- Premier bloc, dans cet ordre, où la demande a des points (règle C12).
final as (
    select
        *,
        coalesce(points_total_livre <> points, false) as est_total_different,
        case
            when points_priorites_nationales > 0 then 'priorites_nationales'
            when points_priorites_locales > 0 then 'priorites_locales'
            when points_historique > 0 then 'historique'
            else 'aucun'
        end as sous_groupe
    from sommes
)

select * from final
