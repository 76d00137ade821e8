with conventions as (
    select * from {{ ref('int_conventions__retenues') }}
),

communes as (
    select distinct
        code_commune,
        code_epci,
        code_departement
    from {{ ref('int_communes__recodees') }}
),

mises as (
    select * from {{ ref('int_mises__vacances') }}
    where code_epci <> 'hors_territoire'
),

-- Une convention départementale couvre plus que l'EPCI : ses chiffres n'en disent qu'une part (règle F8).
couverts as (
    select distinct
        conventions.annee,
        conventions.code_bailleur,
        communes.code_epci,
        conventions.type_perimetre,
        conventions.code_perimetre,
        conventions.type_perimetre = 'DEPARTEMENT' as est_perimetre_partiel
    from conventions
    inner join communes
        on
            conventions.code_perimetre = case conventions.type_perimetre
                when 'DEPARTEMENT' then communes.code_departement
                when 'EPCI' then communes.code_epci
                else communes.code_commune
            end
),

-- Sans convention, le flux d'un bailleur se suit quand même, sur l'EPCI.
sans_convention as (
    select distinct
        year(mises.date_mise_a_disposition) as annee,
        mises.code_bailleur,
        mises.code_epci,
        'EPCI' as type_perimetre,
        mises.code_epci as code_perimetre,
        false as est_perimetre_partiel
    from mises
    anti join couverts
        on
            year(mises.date_mise_a_disposition) = couverts.annee
            and mises.code_bailleur = couverts.code_bailleur
            and mises.code_epci = couverts.code_epci
),

final as (
    select * from couverts
    union all
    select * from sans_convention
)

select * from final
