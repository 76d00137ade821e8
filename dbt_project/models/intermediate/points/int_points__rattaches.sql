with livres as (
    select * from {{ ref('stg_cotation__points') }}
),

blocs as (
    select * from {{ ref('int_parametres__blocs') }}
),

-- Le même critère livré deux fois pour une demande, une grille et une date : le dernier l'emporte (règle C9).
dedoublonnes as (
    select * from livres
    qualify row_number() over (
        partition by demande_id, code_epci, grille, version, date_points, critere
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        dedoublonnes.demande_id,
        dedoublonnes.code_epci,
        dedoublonnes.grille,
        dedoublonnes.version,
        dedoublonnes.grille || '/' || dedoublonnes.version as grille_version,
        dedoublonnes.date_points,
        dedoublonnes.critere,
        dedoublonnes.points,
        case when dedoublonnes.critere = 'TOTAL' then 'total' else blocs.bloc end as bloc
    from dedoublonnes
    left join blocs
        on
            dedoublonnes.code_epci = blocs.code_epci
            and dedoublonnes.grille = blocs.grille
            and dedoublonnes.version = blocs.version
            and dedoublonnes.critere = blocs.critere
)

select * from final
