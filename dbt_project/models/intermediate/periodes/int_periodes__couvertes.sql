with depots as (
    select * from {{ ref('int_depots__dates') }}
    where est_en_vigueur
),

attributions as (
    select * from {{ ref('int_attributions__rapprochees') }}
),

depots_suivis as (
    select * from depots
    where flux in (
        'sne/demandes',
        'sne/radiations',
        'bailleurs/attributions',
        'bailleurs/mises_a_disposition',
        'cotation/points'
    )
),

jours as (
    select premier_jour as jour
    from depots_suivis
    union all
    select dernier_jour as jour
    from depots_suivis
    union all
    select date_attribution as jour
    from attributions
),

etendue as (
    select
        min(jour) as debut,
        max(jour) as fin
    from jours
    having count(*) > 0
),

trimestres as (
    select cast(trimestre.jour as date) as premier_jour
    from etendue
    cross join
        lateral unnest(
            generate_series(cast(date_trunc('quarter', etendue.debut) as date), etendue.fin, interval 3 month)
        ) as trimestre (jour)
),

codes as (
    select
        'trimestre' as cadence,
        strftime(premier_jour, '%Y') || '-T' || quarter(premier_jour) as periode
    from trimestres
    union
    select
        'semestre' as cadence,
        strftime(premier_jour, '%Y') || '-S' || ((quarter(premier_jour) + 1) // 2) as periode
    from trimestres
    union
    select
        'annee' as cadence,
        strftime(premier_jour, '%Y') as periode
    from trimestres
    union
    -- Les autres flux décrivent un état : leurs périodes s'ajoutent, sans remplir celles d'entre elles.
    select
        case length(periode) when 4 then 'annee' else if(contains(periode, 'S'), 'semestre', 'trimestre') end
            as cadence,
        periode
    from depots
    where flux not like 'parametres/%'
),

final as (
    select
        periode,
        cadence,
        {{ premier_jour_periode('periode') }} as premier_jour,
        {{ dernier_jour_periode('periode') }} as dernier_jour
    from codes
)

select * from final
