with depots as (
    select * from {{ ref('int_depots__dates') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

-- Tout fournisseur déjà vu est attendu chaque trimestre, même si tous ses dépôts ont été refusés.
fournisseurs as (
    select
        flux,
        count(distinct fournisseur) as nombre_fournisseurs,
        -- Le RPLS décrit le parc au 1er janvier ; les autres flux vont jusqu'à la fin de leur période.
        max(if(starts_with(flux, 'rpls/'), premier_jour, dernier_jour)) filter (where est_en_vigueur)
            as arrete_au
    from depots
    group by flux
),

trimestres_recus as (
    select * from {{ ref('int_depots__trimestriels') }}
),

recus as (
    select
        periodes.periode,
        trimestres_recus.flux,
        count(*) as nombre_depots_recus
    from periodes
    inner join trimestres_recus
        on trimestres_recus.premier_jour between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, trimestres_recus.flux
),

final as (
    select
        periodes.periode,
        fournisseurs.flux,
        fournisseurs.arrete_au,
        fournisseurs.nombre_fournisseurs * {{ trimestres_par_periode('periodes.cadence') }}
            as nombre_depots_attendus,
        coalesce(recus.nombre_depots_recus, 0) as nombre_depots_recus
    from periodes
    cross join fournisseurs
    left join recus
        on periodes.periode = recus.periode and fournisseurs.flux = recus.flux
)

select * from final
