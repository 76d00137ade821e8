with perimetres as (
    select * from {{ ref('int_conventions__perimetres') }}
),

promesses as (
    select
        annee,
        code_epci,
        code_bailleur,
        type_perimetre,
        code_perimetre,
        code_reservataire,
        code_organisme,
        taux_pct,
        coalesce(objectif, objectif_livre) as objectif,
        objectif_realise
    from {{ ref('int_conventions__appliquees') }}
),

remises as (
    select
        perimetres.annee,
        perimetres.code_epci,
        perimetres.code_bailleur,
        perimetres.type_perimetre,
        perimetres.code_perimetre,
        remises.code_reservataire,
        remises.code_organisme,
        remises.est_proposee,
        remises.est_attribuee,
        remises.est_louee,
        remises.est_rendue
    from perimetres
    inner join {{ ref('int_flux__remises') }} as remises
        on
            perimetres.annee = year(remises.date_mise_a_disposition)
            and perimetres.code_bailleur = remises.code_bailleur
            and {{ est_dans_le_perimetre('remises', 'perimetres') }}
),

-- Promesses et remises, l'une sous l'autre : aucune ne se multiplie par l'autre.
reunies as (
    select * from remises
    union all by name
    select * from promesses
),

sommes as (
    select
        annee,
        code_epci,
        code_bailleur,
        type_perimetre,
        code_perimetre,
        code_reservataire,
        {{ modalite_ou_ensemble('code_organisme') }} as code_organisme,
        cast(sum(taux_pct) as decimal(18, 2)) as taux_pct,
        cast(sum(objectif) as bigint) as objectif,
        cast(sum(objectif_realise) as bigint) as objectif_realise,
        count(est_louee) as nombre_mises_a_disposition,
        count(*) filter (where est_proposee) as nombre_proposees,
        count(*) filter (where est_attribuee) as nombre_attribuees,
        count(*) filter (where est_louee) as nombre_baux,
        count(*) filter (where est_rendue) as nombre_rendues,
        count(est_louee) filter (where code_organisme = 'non_renseigne') as nombre_sans_organisme
    from reunies
    group by
        grouping sets (
            (annee, code_epci, code_bailleur, type_perimetre, code_perimetre, code_reservataire),
            (
                annee,
                code_epci,
                code_bailleur,
                type_perimetre,
                code_perimetre,
                code_reservataire,
                code_organisme
            )
        )
),

-- Un organisme nommé dont d'autres remises peuvent être les siennes a un compte inconnu, pas un petit compte.
final as (
    select
        * exclude (nombre_sans_organisme),
        code_organisme not in ('ensemble', 'non_renseigne')
        and max(nombre_sans_organisme) over (
            partition by annee, code_epci, code_bailleur, type_perimetre, code_perimetre, code_reservataire
        ) > 0 as est_compte_incertain
    from sommes
)

select * from final
