with visees as (
    select * from {{ ref('int_obligations__visees') }}
),

examinees as (
    select * from {{ ref('int_obligations__examinees') }}
),

metadonnees as (
    select * from {{ ref('int_periodes__renseignees') }}
    where usage in ('attributions', 'publics_prioritaires')
),

-- QPV inconnu : la situation, elle, peut être connue, et resserrer l'intervalle.
comptees as (
    select
        periode,
        code_epci,
        {{ modalite_ou_ensemble('code_bailleur') }} as code_bailleur,
        {{ modalite_ou_ensemble('code_reservataire') }} as code_reservataire,
        obligation,
        count(*) filter (where est_concernee and est_remplie) as numerateur,
        count(*) filter (where est_concernee) as denominateur,
        count(*) filter (where est_concernee and est_par_relogement) as nombre_relogements,
        count(*) filter (where est_concernee and est_remplie is null) as nombre_situations_inconnues,
        count(*) filter (where est_concernee is null) as nombre_qpv_inconnu,
        count(*) filter (where est_concernee is null and est_remplie) as nombre_remplies_qpv_inconnu,
        count(*) filter (where est_concernee is null and not est_remplie)
            as nombre_non_remplies_qpv_inconnu
    from examinees
    group by
        periode,
        code_epci,
        obligation,
        cube (code_bailleur, code_reservataire)
),

-- Un objectif de la convention est suivi même sans une attribution.
suivies as (
    select
        visees.periode,
        visees.code_epci,
        coalesce(visees.code_bailleur, comptees.code_bailleur) as code_bailleur,
        visees.code_reservataire,
        visees.obligation,
        visees.source_objectif,
        visees.taux_vise,
        visees.nombre_vise,
        visees.est_seuil_provisoire,
        coalesce(comptees.numerateur, 0) as numerateur,
        coalesce(comptees.denominateur, 0) as denominateur,
        coalesce(comptees.nombre_relogements, 0) as nombre_relogements,
        coalesce(comptees.nombre_situations_inconnues, 0) as nombre_situations_inconnues,
        coalesce(comptees.nombre_qpv_inconnu, 0) as nombre_qpv_inconnu,
        coalesce(comptees.nombre_remplies_qpv_inconnu, 0) as nombre_remplies_qpv_inconnu,
        coalesce(comptees.nombre_non_remplies_qpv_inconnu, 0) as nombre_non_remplies_qpv_inconnu
    from visees
    left join comptees
        on
            visees.periode = comptees.periode
            and visees.code_epci = comptees.code_epci
            and visees.code_reservataire = comptees.code_reservataire
            and visees.obligation = comptees.obligation
            and (visees.code_bailleur is null or visees.code_bailleur = comptees.code_bailleur)
    where coalesce(visees.code_bailleur, comptees.code_bailleur) is not null
),

final as (
    select
        suivies.periode,
        suivies.code_epci,
        suivies.code_bailleur,
        suivies.code_reservataire,
        suivies.obligation,
        suivies.source_objectif,
        suivies.numerateur,
        suivies.denominateur,
        cast(suivies.numerateur as double precision) / nullif(suivies.denominateur, 0) as taux,
        -- Toutes les inconnues d'un côté, puis de l'autre (règle D7).
        cast(suivies.numerateur as double precision)
        / nullif(suivies.denominateur + suivies.nombre_qpv_inconnu - suivies.nombre_remplies_qpv_inconnu, 0)
            as taux_minimal,
        cast(
            suivies.numerateur + suivies.nombre_situations_inconnues
            + suivies.nombre_qpv_inconnu - suivies.nombre_non_remplies_qpv_inconnu as double precision
        )
        / nullif(
            suivies.denominateur + suivies.nombre_qpv_inconnu - suivies.nombre_non_remplies_qpv_inconnu, 0
        ) as taux_maximal,
        suivies.taux_vise,
        suivies.nombre_vise,
        case
            when suivies.nombre_vise is not null then greatest(suivies.nombre_vise - suivies.numerateur, 0)
            else {{ nombre_manquant('suivies.numerateur', 'suivies.denominateur', 'suivies.taux_vise') }}
        end as nombre_manquant,
        suivies.nombre_relogements,
        suivies.nombre_situations_inconnues,
        suivies.nombre_qpv_inconnu,
        suivies.est_seuil_provisoire,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from suivies
    inner join metadonnees
        on
            suivies.periode = metadonnees.periode
            and suivies.code_epci = metadonnees.code_epci
            and (suivies.obligation = 'PUBLICS_PRIORITAIRES') = (metadonnees.usage = 'publics_prioritaires')
)

select * from final
