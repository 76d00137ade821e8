with comptes as (
    select * from {{ ref('int_mouvements__comptes') }}
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

-- Les flux d'un semestre ou d'une année sont la somme de leurs trimestres ; le début est celui du premier,
-- la fin celle du dernier, vides s'ils ne sont pas suivis (règles A10, A15).
final as (
    select
        periodes.periode,
        comptes.code_epci,
        max(comptes.nombre_demandes_debut) filter (where comptes.premier_jour = periodes.premier_jour)
            as nombre_demandes_debut,
        cast(sum(comptes.nombre_nouvelles) as bigint) as nombre_nouvelles,
        cast(sum(comptes.nombre_reactivees) as bigint) as nombre_reactivees,
        cast(sum(comptes.nombre_entrees_tardives) as bigint) as nombre_entrees_tardives,
        cast(sum(comptes.nombre_entrees_territoire) as bigint) as nombre_entrees_territoire,
        cast(sum(comptes.nombre_sorties_attribution) as bigint) as nombre_sorties_attribution,
        cast(sum(comptes.nombre_sorties_abandon) as bigint) as nombre_sorties_abandon,
        cast(sum(comptes.nombre_sorties_irrecevabilite) as bigint) as nombre_sorties_irrecevabilite,
        cast(sum(comptes.nombre_sorties_contact) as bigint) as nombre_sorties_contact,
        cast(sum(comptes.nombre_sorties_non_renouvellement) as bigint) as nombre_sorties_non_renouvellement,
        cast(sum(comptes.nombre_sorties_sans_motif) as bigint) as nombre_sorties_sans_motif,
        cast(sum(comptes.nombre_sorties_territoire) as bigint) as nombre_sorties_territoire,
        max(comptes.nombre_demandes_fin) filter (where comptes.dernier_jour = periodes.dernier_jour)
            as nombre_demandes_fin,
        cast(sum(comptes.nombre_renouvellements_deduits) as bigint) as nombre_renouvellements_deduits
    from comptes
    inner join periodes
        on comptes.premier_jour >= periodes.premier_jour and comptes.dernier_jour <= periodes.dernier_jour
    group by periodes.periode, comptes.code_epci
)

select * from final
