with propositions as (
    select * from {{ ref('int_propositions__retenues') }}
),

candidatures as (
    select * from {{ ref('int_candidatures__retenues') }}
),

-- Un refus sans date de réponse prend celle de l'étape connue qui précède.
evenements as (
    select
        demande_id,
        'refus' as nature,
        coalesce(date_reponse, date_commission, date_creation) as jour
    from propositions
    where etat = 'REFUS'
    union all
    select
        demande_id,
        case
            when decision in ('ATTRIB', 'ATTCOND') then 'caleol_avec_proposition'
            when decision in ('ATTCLA', 'NONATT', 'AJOUR') then 'caleol_sans_proposition'
            else 'caleol'
        end as nature,
        date_seance as jour
    from candidatures
),

final as (
    select
        demande_id,
        list(jour order by jour) filter (where nature = 'refus') as dates_refus_proposition,
        list(jour order by jour) filter (where nature <> 'refus') as dates_caleol,
        list(jour order by jour) filter (where nature = 'caleol_avec_proposition')
            as dates_caleol_avec_proposition,
        list(jour order by jour) filter (where nature = 'caleol_sans_proposition')
            as dates_caleol_sans_proposition
    from evenements
    where demande_id is not null and jour is not null
    group by demande_id
)

select * from final
