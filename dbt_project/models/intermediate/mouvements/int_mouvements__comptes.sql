with presences as (
    select * from {{ ref('int_presences__trimestrielles') }}
    where est_menage
),

-- Un changement de premier souhait sort d'un EPCI et entre dans un autre (règles A10, A11).
departs as (
    select
        periode,
        code_epci_debut as code_epci,
        count(*) filter (where est_active_debut) as nombre_demandes_debut,
        count(*) filter (where code_epci_debut <> code_epci_fin) as nombre_sorties_territoire
    from presences
    group by periode, code_epci_debut
),

arrivees as (
    select
        periode,
        code_epci_fin as code_epci,
        count(*) filter (where nature_entree = 'nouvelle') as nombre_nouvelles,
        count(*) filter (where nature_entree = 'reactivee') as nombre_reactivees,
        count(*) filter (where nature_entree = 'entree_tardive') as nombre_entrees_tardives,
        count(*) filter (where code_epci_debut <> code_epci_fin) as nombre_entrees_territoire,
        count(*) filter (where nature_sortie = 'attribution') as nombre_sorties_attribution,
        count(*) filter (where nature_sortie = 'abandon') as nombre_sorties_abandon,
        count(*) filter (where nature_sortie = 'irrecevabilite') as nombre_sorties_irrecevabilite,
        count(*) filter (where nature_sortie = 'contact') as nombre_sorties_contact,
        count(*) filter (where nature_sortie = 'non_renouvellement') as nombre_sorties_non_renouvellement,
        count(*) filter (where nature_sortie = 'sans_motif') as nombre_sorties_sans_motif,
        count(*) filter (where est_active_fin) as nombre_demandes_fin
    from presences
    group by periode, code_epci_fin
),

renouvelees as (
    select * from {{ ref('int_mouvements__renouveles') }}
),

-- Les EPCI suivis où une demande a été, ou est passée : les autres n'ont pas de bilan.
connus as (
    select code_epci_debut as code_epci
    from presences
    union
    select code_epci_fin as code_epci
    from presences
),

epci as (
    select distinct communes.code_epci
    from {{ ref('int_communes__recodees') }} as communes
    inner join connus on communes.code_epci = connus.code_epci
),

trimestres as (
    select * from {{ ref('int_periodes__suivies') }}
),

final as (
    select
        trimestres.periode,
        trimestres.premier_jour,
        trimestres.dernier_jour,
        epci.code_epci,
        -- Avant le premier stock, rien n'est connu (règle A10).
        case when not trimestres.est_premiere then coalesce(departs.nombre_demandes_debut, 0) end
            as nombre_demandes_debut,
        coalesce(arrivees.nombre_nouvelles, 0) as nombre_nouvelles,
        coalesce(arrivees.nombre_reactivees, 0) as nombre_reactivees,
        coalesce(arrivees.nombre_entrees_tardives, 0) as nombre_entrees_tardives,
        coalesce(arrivees.nombre_entrees_territoire, 0) as nombre_entrees_territoire,
        coalesce(arrivees.nombre_sorties_attribution, 0) as nombre_sorties_attribution,
        coalesce(arrivees.nombre_sorties_abandon, 0) as nombre_sorties_abandon,
        coalesce(arrivees.nombre_sorties_irrecevabilite, 0) as nombre_sorties_irrecevabilite,
        coalesce(arrivees.nombre_sorties_contact, 0) as nombre_sorties_contact,
        coalesce(arrivees.nombre_sorties_non_renouvellement, 0) as nombre_sorties_non_renouvellement,
        coalesce(arrivees.nombre_sorties_sans_motif, 0) as nombre_sorties_sans_motif,
        coalesce(departs.nombre_sorties_territoire, 0) as nombre_sorties_territoire,
        coalesce(arrivees.nombre_demandes_fin, 0) as nombre_demandes_fin,
        case when not trimestres.est_premiere then coalesce(renouvelees.nombre_renouvellements_deduits, 0) end
            as nombre_renouvellements_deduits
    from trimestres
    cross join epci
    left join departs on trimestres.periode = departs.periode and epci.code_epci = departs.code_epci
    left join arrivees on trimestres.periode = arrivees.periode and epci.code_epci = arrivees.code_epci
    left join renouvelees
        on trimestres.periode = renouvelees.periode and epci.code_epci = renouvelees.code_epci
)

select * from final
