with perimetres as (
    select * from {{ ref('int_conventions__perimetres') }}
),

vacances as (
    select * from {{ ref('int_mises__vacances') }}
    where est_comptee_assiette
),

-- Ce qui est disponible, moins les soustraits et les exclus (règle F7).
final as (
    select
        perimetres.annee,
        perimetres.code_bailleur,
        perimetres.code_epci,
        perimetres.type_perimetre,
        perimetres.code_perimetre,
        perimetres.est_perimetre_partiel,
        count(*) filter (where vacances.nature_flux in ('oriente', 'non_oriente')) as nombre_en_assiette,
        count(*) filter (
            where
            vacances.nature_flux in ('oriente', 'non_oriente') and vacances.est_premiere_mise_en_location
        ) as nombre_premieres_en_assiette
    from perimetres
    left join vacances
        on
            perimetres.annee = year(vacances.date_vacance)
            and perimetres.code_bailleur = vacances.code_bailleur
            and {{ est_dans_le_perimetre('vacances', 'perimetres') }}
    group by
        perimetres.annee,
        perimetres.code_bailleur,
        perimetres.code_epci,
        perimetres.type_perimetre,
        perimetres.code_perimetre,
        perimetres.est_perimetre_partiel
)

select * from final
