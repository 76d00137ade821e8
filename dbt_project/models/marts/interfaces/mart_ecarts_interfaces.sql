with ecarts as (
    select * from {{ ref('int_interfaces__comptees') }}
),

renseignees as (
    select * from {{ ref('int_periodes__renseignees') }}
),

-- Inconnue du SNE, une demande n'a pas d'EPCI : elle compte à part.
-- Hors du territoire, elle est listée sans compter.
metadonnees as (
    select
        usage,
        periode,
        code_epci,
        arrete_au,
        completude,
        rupture_qpv
    from renseignees
    union all
    select
        usage,
        periode,
        'non_renseigne' as code_epci,
        max(arrete_au) as arrete_au,
        max(completude) as completude,
        bool_or(rupture_qpv) as rupture_qpv
    from renseignees
    group by usage, periode
),

final as (
    select
        ecarts.periode,
        ecarts.code_epci,
        ecarts.logiciel,
        ecarts.nature_ecart,
        ecarts.nombre_ecarts,
        ecarts.nombre_demandes_comparees,
        case
            when ecarts.code_epci <> 'non_renseigne'
                then cast(ecarts.nombre_ecarts as double precision) / ecarts.nombre_demandes_comparees
        end as part_ecarts,
        ecarts.nombre_demandes_logiciel,
        ecarts.nombre_demandes_sne,
        ecarts.nombre_demandes_communes,
        ecarts.nombre_demandes_etat_inconnu,
        ecarts.nombre_demandes_label_sans_correspondance,
        metadonnees.arrete_au,
        metadonnees.completude,
        metadonnees.rupture_qpv
    from ecarts
    inner join metadonnees
        on
            'interfaces_' || ecarts.logiciel = metadonnees.usage
            and ecarts.periode = metadonnees.periode
            and ecarts.code_epci = metadonnees.code_epci
)

select * from final
