-- Détecte un paramètre du territoire qui manque alors que des données en ont besoin (règles R0.10, C12).
-- Cause probable : une année, une grille ou un EPCI nouveaux, dont le paramètre n'a pas encore été donné.
with attributions as (
    select * from {{ ref('int_attributions__consolidees') }}
),

demandes as (
    select * from {{ ref('int_demandes__consolidees') }}
    where est_dans_les_indicateurs
),

territoire as (
    select distinct code_epci
    from {{ ref('int_communes__recodees') }}
),

seuils as (
    select
        'Seuil du premier quartile absent : EPCI ' || code_epci || ', année '
        || extract(year from date_attribution) || ' (' || count(*)
        || ' attributions). Ajoutez-le, ou celui de l''année précédente, au paramètre seuils_q1.' as message
    from attributions
    where
        est_dans_les_indicateurs
        -- Une commune sans EPCI n'a pas de seuil.
        and code_epci <> 'ZZZZZZZZZ'
        and source_ressources <> 'non_renseigne'
        and quartile_ressources = 'non_renseigne'
    group by code_epci, extract(year from date_attribution)
),

tranches as (
    select
        'Tranche de points absente : EPCI ' || code_epci || ', année ' || extract(year from date_attribution)
        || ' (' || count(*) || ' attributions cotées). Complétez le paramètre tranches_points.' as message
    from attributions
    where
        est_dans_les_indicateurs
        and points is not null
        and tranche_points = 'non_renseigne'
    group by code_epci, extract(year from date_attribution)
),

tranches_du_stock as (
    select
        'Tranche de points absente : EPCI ' || code_epci || ', de ' || min(periode) || ' à ' || max(periode)
        || ' (' || count(*) || ' demandes cotées). Complétez le paramètre tranches_points.' as message
    from demandes
    where points is not null and tranche_points = 'non_renseigne'
    group by code_epci
),

delais_longs as (
    select
        'Délai anormalement long absent : EPCI ' || code_epci || ', de ' || min(periode) || ' à '
        || max(periode) || ' (' || count(*) || ' demandes). Ajoutez celui du département au paramètre dal.'
            as message
    from demandes
    where anciennete_mois is not null and est_delai_anormalement_long is null
    group by code_epci
),

criteres as (
    select
        'Critère sans bloc : ' || points.critere || ', grille ' || points.grille || ', version '
        || points.version || ', EPCI ' || points.code_epci || ' (' || count(*)
        || ' lignes). Ajoutez-le au paramètre blocs_criteres.' as message
    from {{ ref('int_points__rattaches') }} as points
    inner join territoire on points.code_epci = territoire.code_epci
    where points.bloc is null
    group by points.critere, points.grille, points.version, points.code_epci
),

-- Rien n'est dans le territoire : ce sont ses communes qui manquent.
communes as (
    select
        'Communes du territoire absentes : aucune des ' || count(*)
        || ' attributions n''est dans une commune suivie. Déposez parametres/communes.' as message
    from attributions
    having count(*) > 0 and count(*) filter (where code_epci <> 'hors_territoire') = 0
    union all
    select
        'Communes du territoire absentes : aucun des ' || count(*)
        || ' logements du RPLS n''est dans une commune suivie. Déposez parametres/communes.' as message
    from {{ ref('int_logements__localises') }}
    having count(*) > 0 and count(*) filter (where code_epci <> 'hors_territoire') = 0
)

select message from seuils
union all
select message from tranches
union all
select message from tranches_du_stock
union all
select message from delais_longs
union all
select message from criteres
union all
select message from communes
