with seuils as (
    select * from {{ ref('int_parametres__seuils_q1') }}
),

bornes as (
    select * from {{ ref('int_ressources__bornees') }}
),

annees as (
    select distinct cast(year(premier_jour) as integer) as annee
    from {{ ref('int_periodes__couvertes') }}
),

epci as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

-- Bornes du stock au 31/12 précédent ; à défaut, du premier stock livré, provisoires (règle D4).
bornees as (
    select
        annees.annee,
        epci.code_epci,
        bornes.p25,
        bornes.p50,
        bornes.p75,
        bornes.date_stock <> make_date(annees.annee - 1, 12, 31) as est_bornes_provisoires
    from annees
    cross join epci
    left join bornes on epci.code_epci = bornes.code_epci
    qualify row_number() over (
        partition by annees.annee, epci.code_epci
        order by bornes.date_stock <> make_date(annees.annee - 1, 12, 31) asc, bornes.date_stock asc
    ) = 1
),

-- Seuil de l'année, sinon de la précédente, provisoire, sinon le premier quart du stock (règle D2).
final as (
    select
        bornees.code_epci,
        bornees.annee,
        coalesce(de_l_annee.seuil_eur_uc, precedent.seuil_eur_uc, bornees.p25) as seuil_eur_uc,
        de_l_annee.seuil_eur_uc is null and precedent.seuil_eur_uc is not null as est_seuil_provisoire,
        case
            when coalesce(de_l_annee.seuil_eur_uc, precedent.seuil_eur_uc) is not null then 'arrete'
            when bornees.p25 is not null then 'calcule'
            else 'non_renseigne'
        end as source_seuil,
        bornees.p50,
        bornees.p75,
        coalesce(bornees.est_bornes_provisoires, false) as est_bornes_provisoires
    from bornees
    left join seuils as de_l_annee
        on bornees.code_epci = de_l_annee.code_epci and bornees.annee = de_l_annee.annee
    left join seuils as precedent
        on bornees.code_epci = precedent.code_epci and bornees.annee - 1 = precedent.annee
)

select * from final
