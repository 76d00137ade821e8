with annees as (
    select
        periode,
        dernier_jour,
        cast(periode as integer) as annee
    from {{ ref('int_periodes__couvertes') }}
    where cadence = 'annee'
),

seuils as (
    select * from {{ ref('int_ressources__seuillees') }}
),

-- Concerné : la loi le nomme, ou l'arrêté lui fixe un seuil du premier quartile.
concernes as (
    select
        annees.periode,
        annees.annee,
        annees.dernier_jour,
        seuils.code_epci
    from annees
    inner join seuils on annees.annee = seuils.annee
    left join {{ ref('epci_concernes') }} as nommes
        on
            seuils.code_epci = nommes.code_epci
            and annees.dernier_jour
            between nommes.valide_du and coalesce(nommes.valide_au, annees.dernier_jour)
    where nommes.code_epci is not null or seuils.source_seuil = 'arrete'
),

codes as (
    select distinct code_reservataire
    from {{ ref('reservataires') }}
    union
    select unnest(['ensemble', 'non_renseigne']) as code_reservataire
),

obligations as (
    select distinct obligation
    from {{ ref('obligations_attribution') }}
),

-- Sans taux légal, un réservataire est suivi : les fonctionnaires de l'État sont à part.
legales as (
    select
        concernes.periode,
        concernes.annee,
        concernes.code_epci,
        cast(null as varchar) as code_bailleur,
        codes.code_reservataire,
        obligations.obligation,
        'loi' as source_objectif,
        taux.taux as taux_vise,
        cast(null as bigint) as nombre_vise
    from concernes
    cross join codes
    cross join obligations
    left join {{ ref('obligations_attribution') }} as taux
        on
            obligations.obligation = taux.obligation
            and codes.code_reservataire = taux.code_reservataire
            and concernes.dernier_jour
            between taux.valide_du and coalesce(taux.valide_au, concernes.dernier_jour)
),

-- Un objectif de la convention (CIA) porte sur un bailleur, ou sur leur ensemble.
conventions as (
    select
        annees.periode,
        annees.annee,
        objectifs.code_epci,
        objectifs.code_bailleur,
        'ensemble' as code_reservataire,
        objectifs.type_objectif as obligation,
        'convention' as source_objectif,
        objectifs.taux as taux_vise,
        objectifs.nombre as nombre_vise
    from {{ ref('int_parametres__objectifs') }} as objectifs
    inner join annees on objectifs.annee = annees.annee
    inner join obligations on objectifs.type_objectif = obligations.obligation
),

reunies as (
    select * from legales
    union all
    select * from conventions
),

final as (
    select
        reunies.periode,
        reunies.code_epci,
        reunies.code_bailleur,
        reunies.code_reservataire,
        reunies.obligation,
        reunies.source_objectif,
        reunies.taux_vise,
        reunies.nombre_vise,
        reunies.obligation <> 'PUBLICS_PRIORITAIRES' and coalesce(seuils.est_seuil_provisoire, false)
            as est_seuil_provisoire
    from reunies
    left join seuils on reunies.code_epci = seuils.code_epci and reunies.annee = seuils.annee
)

select * from final
