with livrees as (
    {{ activite_livree('PILS') }}
    union all
    {{ activite_livree('GADLS') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

localisees as (
    select
        livrees.*,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci
    from livrees
    left join communes on livrees.code_commune = communes.code_commune_ancien
),

-- Deux fournisseurs pour un lieu et une période : la dernière livraison l'emporte.
final as (
    select
        periode,
        code_epci,
        type_lieu,
        code_lieu,
        libelle_lieu,
        {{ mesures_d_accueil() | join(', ') }}
    from localisees
    qualify
        row_number() over (
            partition by periode, code_epci, type_lieu, code_lieu
            order by {{ derniere_livraison_d_abord() }}
        ) = 1
)

select * from final
