with depots as (
    select * from {{ ref('int_depots__dates') }}
    where flux not like 'parametres/%'
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

fournisseurs as (
    select
        flux,
        fournisseur,
        max(if(starts_with(flux, 'rpls/'), premier_jour, dernier_jour)) filter (where est_en_vigueur)
            as arrete_au
    from depots
    group by flux, fournisseur
),

trimestres_recus as (
    select * from {{ ref('int_depots__trimestriels') }}
),

recus as (
    select
        periodes.periode,
        trimestres_recus.flux,
        trimestres_recus.fournisseur,
        count(*) as nombre_trimestres_recus
    from periodes
    inner join trimestres_recus
        on trimestres_recus.premier_jour between periodes.premier_jour and periodes.dernier_jour
    group by periodes.periode, trimestres_recus.flux, trimestres_recus.fournisseur
),

decides as (
    select
        periodes.periode,
        depots.flux,
        depots.fournisseur,
        count(*) filter (where depots.decision <> 'refuse') as nombre_acceptes,
        count(*) filter (where depots.decision = 'refuse') as nombre_refuses
    from periodes
    inner join depots
        on periodes.dernier_jour >= depots.premier_jour and periodes.premier_jour <= depots.dernier_jour
    group by periodes.periode, depots.flux, depots.fournisseur
),

ruptures as (
    select
        periode,
        bool_or(rupture_qpv) as rupture_qpv
    from {{ ref('int_periodes__renseignees') }}
    group by periode
),

comptes as (
    select
        periodes.periode,
        fournisseurs.flux,
        fournisseurs.fournisseur,
        {{ trimestres_par_periode('periodes.cadence') }} as nombre_attendus,
        coalesce(recus.nombre_trimestres_recus, 0) as nombre_recus,
        coalesce(decides.nombre_acceptes, 0) as nombre_acceptes,
        coalesce(decides.nombre_refuses, 0) as nombre_refuses,
        fournisseurs.arrete_au,
        coalesce(ruptures.rupture_qpv, false) as rupture_qpv
    from periodes
    cross join fournisseurs
    left join ruptures on periodes.periode = ruptures.periode
    left join recus
        on
            periodes.periode = recus.periode
            and fournisseurs.flux = recus.flux
            and fournisseurs.fournisseur = recus.fournisseur
    left join decides
        on
            periodes.periode = decides.periode
            and fournisseurs.flux = decides.flux
            and fournisseurs.fournisseur = decides.fournisseur
),

final as (
    select
        *,
        cast(nombre_recus as double) / nombre_attendus as completude
    from comptes
)

select * from final
