with demandes as (
    select
        periode,
        code_epci,
        logiciel,
        dernier_jour,
        count(*) filter (where etat_logiciel = 'en_cours') as nombre_demandes_logiciel,
        count(*) filter (where etat_sne = 'en_cours') as nombre_demandes_sne,
        count(*) filter (where est_commune) as nombre_demandes_communes,
        count(*) filter (where etat_logiciel = 'non_renseigne') as nombre_demandes_etat_inconnu,
        count(*) filter (where etat_logiciel = 'en_cours' and a_label_sans_correspondance)
            as nombre_demandes_label_sans_correspondance
    from {{ ref('int_interfaces__examinees') }}
    group by periode, code_epci, logiciel, dernier_jour
),

natures as (
    select
        periode,
        code_epci,
        logiciel,
        nature_ecart,
        count(*) as nombre_demandes_comparees,
        count(*) filter (where est_en_ecart) as nombre_ecarts
    from {{ ref('int_interfaces__relevees') }}
    group by periode, code_epci, logiciel, nature_ecart
),

periodes as (
    select * from {{ ref('int_periodes__couvertes') }}
),

-- Un semestre ou une année se voit à son dernier jour (règle A1).
final as (
    select
        periodes.periode,
        natures.code_epci,
        natures.logiciel,
        natures.nature_ecart,
        natures.nombre_ecarts,
        natures.nombre_demandes_comparees,
        demandes.nombre_demandes_logiciel,
        demandes.nombre_demandes_sne,
        demandes.nombre_demandes_communes,
        demandes.nombre_demandes_etat_inconnu,
        demandes.nombre_demandes_label_sans_correspondance
    from natures
    inner join demandes
        on
            natures.periode = demandes.periode
            and natures.code_epci = demandes.code_epci
            and natures.logiciel = demandes.logiciel
    inner join periodes on demandes.dernier_jour = periodes.dernier_jour
)

select * from final
