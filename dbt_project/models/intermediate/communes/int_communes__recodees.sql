with communes_deposees as (
    select * from {{ ref('stg_parametres__communes') }}
),

passages_deposes as (
    select * from {{ ref('stg_parametres__passage') }}
),

communes_exemple as (
    select * from {{ ref('communes') }}
    where {{ parametre_retenu() }}
),

passages_exemple as (
    select * from {{ ref('passage_communes') }}
    where {{ parametre_retenu() }}
),

communes as (
    {{ parametre_en_vigueur(
        'communes_deposees',
        'communes_exemple',
        ['code_commune'],
        ['libelle_commune', 'code_epci', 'libelle_epci', 'code_departement']
    ) }}
),

passages as (
    {{ parametre_en_vigueur(
        'passages_deposes',
        'passages_exemple',
        ['code_commune_ancien'],
        ['code_commune']
    ) }}
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
