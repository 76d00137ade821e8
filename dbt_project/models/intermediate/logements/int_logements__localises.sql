with logements as (
    select * from {{ ref('stg_rpls__logements_ouverts') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

final as (
    select
        logements.periode,
        logements.fournisseur,
        logements.ligne,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci,
        coalesce(communes.code_commune, logements.code_commune) as code_commune,
        case
            when logements.code_qpv = '1' then 'qpv'
            when logements.code_qpv = '2' then 'hors_qpv'
            when
                regexp_full_match(
                    logements.code_qpv,
                    'QP\d{6}|QP02[AB]\d{3}|QN(\d{3}|02[AB]|97\d)\d{2}[A-Z]'
                )
                then 'qpv'
            when logements.qpv = '1' then 'qpv'
            when logements.qpv = '2' then 'hors_qpv'
            else 'non_renseigne'
        end as localisation_qpv,
        {{ typologie_de_pieces('logements.nombre_pieces') }} as typologie,
        {{ periode_construction('logements.annee_construction') }} as periode_construction,
        coalesce(logements.type_construction, 'non_renseigne') as type_construction,
        coalesce(logements.etiquette_energie, 'non_renseigne') as etiquette_energie
    from logements
    left join communes on logements.code_commune = communes.code_commune_ancien
)

select * from final
