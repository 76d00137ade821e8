with communes_deposees as (
    select * from {{ ref('stg_parametres__communes') }}
),

passages_deposes as (
    select * from {{ ref('stg_parametres__passage') }}
),

communes as (
    select
        code_commune,
        libelle_commune,
        code_epci,
        libelle_epci,
        code_departement
    from communes_deposees
    qualify
        row_number() over (
            partition by code_commune
            order by {{ dernier_jour_periode('periode') }} desc, {{ derniere_livraison_d_abord() }}
        ) = 1
    union all
    select
        exemple.code_commune,
        exemple.libelle_commune,
        exemple.code_epci,
        exemple.libelle_epci,
        exemple.code_departement
    from {{ ref('communes') }} as exemple
    anti join communes_deposees on exemple.code_commune = communes_deposees.code_commune
    where {{ parametre_retenu() }}
),

passages as (
    select
        code_commune_ancien,
        code_commune
    from passages_deposes
    qualify
        row_number() over (
            partition by code_commune_ancien
            order by {{ dernier_jour_periode('periode') }} desc, {{ derniere_livraison_d_abord() }}
        ) = 1
    union all
    select
        exemple.code_commune_ancien,
        exemple.code_commune
    from {{ ref('passage_communes') }} as exemple
    anti join passages_deposes on exemple.code_commune_ancien = passages_deposes.code_commune_ancien
    where {{ parametre_retenu() }}
),

-- Une commune actuelle absente de la table de passage garde son code.
codes as (
    select
        code_commune_ancien,
        code_commune
    from passages
    union all
    select
        communes.code_commune as code_commune_ancien,
        communes.code_commune
    from communes
    anti join passages on communes.code_commune = passages.code_commune_ancien
),

final as (
    select
        codes.code_commune_ancien,
        communes.code_commune,
        communes.libelle_commune,
        communes.code_epci,
        communes.libelle_epci,
        communes.code_departement,
        {{ portee_carte_qpv('communes.code_departement') }} as portee_carte_qpv
    from codes
    inner join communes on codes.code_commune = communes.code_commune
)

select * from final
