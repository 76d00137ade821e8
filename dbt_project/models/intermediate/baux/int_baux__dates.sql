with livres as (
    select * from {{ ref('stg_bailleurs__attributions') }}
),

demandes as (
    select * from {{ ref('int_demandes__datees') }}
),

-- Le fichier répond-il « non » quelque part ? Un QPV vide s'y lit alors « hors QPV » (règle E2).
fichiers as (
    select
        *,
        coalesce(bool_or(not est_en_qpv) over (partition by periode, fournisseur), false)
            as fichier_repond_non
    from livres
),

dedoublonnes as (
    select * from fichiers
    qualify row_number() over (
        partition by demande_id, logement_id, date_bail
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

valides as (
    select
        dedoublonnes.*,
        case
            when
                dedoublonnes.date_bail <= dedoublonnes.recu_le
                and dedoublonnes.date_bail >= coalesce(demandes.date_premier_depot, dedoublonnes.date_bail)
                then dedoublonnes.date_bail
        end as date_bail_valide,
        case
            when
                dedoublonnes.date_caleol <= dedoublonnes.recu_le
                and dedoublonnes.date_caleol
                >= coalesce(demandes.date_premier_depot, dedoublonnes.date_caleol)
                then dedoublonnes.date_caleol
        end as date_caleol_valide
    from dedoublonnes
    left join demandes on dedoublonnes.demande_id = demandes.demande_id
),

final as (
    select
        md5(concat_ws('|', demande_id, coalesce(logement_id, ''), coalesce(cast(date_bail as varchar), '')))
            as bail_id,
        *,
        -- Sans date de bail, la séance ou la fin de la livraison suffit à rapprocher la ligne du SNE.
        coalesce(date_bail_valide, date_caleol_valide, least({{ dernier_jour_periode('periode') }}, recu_le))
            as date_rapprochement
    from valides
)

select * from final
