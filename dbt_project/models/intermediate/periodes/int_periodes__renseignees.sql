with periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

depots as (
    select * from {{ ref('int_depots__comptes') }}
),

-- Flux dont dépend chaque famille de tables.
usages (usage, flux) as (
    values
    ('attributions', 'sne/radiations'),
    ('attributions', 'bailleurs/attributions'),
    ('attributions_cotees', 'sne/radiations'),
    ('attributions_cotees', 'bailleurs/attributions'),
    ('attributions_cotees', 'cotation/points'),
    ('cotation', 'sne/radiations'),
    ('cotation', 'cotation/points'),
    ('demandes', 'sne/demandes'),
    ('demandes', 'sne/radiations'),
    ('demandes_cotees', 'sne/demandes'),
    ('demandes_cotees', 'sne/radiations'),
    ('demandes_cotees', 'cotation/points'),
    ('caleol', 'bailleurs/candidatures_caleol'),
    ('caleol', 'cotation/points'),
    ('phase_test', 'bailleurs/candidatures_caleol'),
    ('phase_test', 'sne/demandes'),
    ('flux', 'bailleurs/mises_a_disposition'),
    ('bilan_flux', 'bailleurs/mises_a_disposition'),
    ('bilan_flux', 'bailleurs/propositions'),
    ('criteres', 'sne/demandes'),
    ('criteres', 'sne/radiations'),
    ('criteres', 'bailleurs/attributions'),
    ('criteres', 'cotation/points'),
    ('tension', 'sne/demandes'),
    ('tension', 'sne/radiations'),
    ('tension', 'bailleurs/attributions'),
    ('publics_prioritaires', 'sne/radiations'),
    ('publics_prioritaires', 'sne/motifs'),
    ('publics_prioritaires', 'sne/dalo'),
    ('publics_prioritaires', 'bailleurs/attributions'),
    ('refus', 'bailleurs/propositions'),
    ('rythme_caleol', 'bailleurs/candidatures_caleol'),
    ('parc', 'rpls/logements_ouverts'),
    ('activite_pils', 'guichets/activite_pils'),
    ('activite_gadls', 'guichets/activite_gadls'),
    ('interfaces_syplo', 'sne/demandes'),
    ('interfaces_syplo', 'sne/radiations'),
    ('interfaces_syplo', 'interfaces/syplo'),
    ('interfaces_pelehas', 'sne/demandes'),
    ('interfaces_pelehas', 'sne/radiations'),
    ('interfaces_pelehas', 'interfaces/pelehas')
),

completudes as (
    select
        usages.usage,
        periodes.periode,
        max(depots.arrete_au) as arrete_au,
        coalesce(
            cast(sum(depots.nombre_depots_recus) as double)
            / nullif(sum(depots.nombre_depots_attendus), 0),
            0
        ) as completude
    from usages
    cross join periodes
    left join depots
        on usages.flux = depots.flux and periodes.periode = depots.periode
    group by usages.usage, periodes.periode
),

epci as (
    select
        code_epci,
        min(portee_carte_qpv) as portee_carte_qpv
    from {{ ref('int_communes__recodees') }}
    group by code_epci
),

-- La première carte ne rompt aucune série.
bascules as (
    select
        portee,
        valide_du
    from {{ ref('cartes_qpv') }}
    qualify row_number() over (partition by portee order by valide_du) > 1
),

ruptures as (
    select distinct
        periodes.periode,
        bascules.portee
    from periodes
    inner join bascules
        on bascules.valide_du between periodes.premier_jour and periodes.dernier_jour
),

final as (
    select
        completudes.usage,
        completudes.periode,
        epci.code_epci,
        completudes.arrete_au,
        completudes.completude,
        ruptures.periode is not null as rupture_qpv
    from completudes
    cross join epci
    left join ruptures
        on
            completudes.periode = ruptures.periode
            and epci.portee_carte_qpv = ruptures.portee
)

select * from final
