with conventions as (
    select * from {{ ref('int_conventions__retenues') }}
),

assiettes as (
    select * from {{ ref('int_flux__assiettes') }}
),

couvertures as (
    select * from {{ ref('int_flux__couvertures') }}
),

mesurees as (
    select
        conventions.*,
        assiettes.code_epci,
        assiettes.est_perimetre_partiel,
        -- Sans livraison de l'année, l'assiette est inconnue, pas nulle.
        case
            when couvertures.annee is not null
                then
                    assiettes.nombre_en_assiette
                    - case
                        when conventions.a_premieres_locations_comprises then 0
                        else assiettes.nombre_premieres_en_assiette
                    end
        end as assiette_realisee
    from conventions
    inner join assiettes
        on
            conventions.annee = assiettes.annee
            and conventions.code_bailleur = assiettes.code_bailleur
            and conventions.type_perimetre = assiettes.type_perimetre
            and conventions.code_perimetre = assiettes.code_perimetre
    left join couvertures
        on
            conventions.annee = couvertures.annee
            and conventions.code_bailleur = couvertures.code_bailleur
),

final as (
    select
        *,
        {{ objectif_de_reservation('taux_pct', 'assiette_realisee') }} as objectif_realise
    from mesurees
)

select * from final
