with demandes as (
    select
        periode,
        code_epci,
        'ensemble' as ensemble,
        code_commune as commune,
        typologie_recherchee as typologie
    from {{ ref('int_demandes__classees') }}
),

attributions as (
    select
        fenetres.periode,
        attributions.code_epci,
        'ensemble' as ensemble,
        attributions.code_commune as commune,
        attributions.typologie
    from {{ ref('int_attributions__consolidees') }} as attributions
    inner join {{ ref('int_tensions__fenetrees') }} as fenetres
        on attributions.date_attribution between fenetres.premier_jour and fenetres.dernier_jour
    where attributions.est_dans_les_indicateurs
),

demandes_declinees as (
    unpivot demandes on ensemble, commune, typologie into name axe value modalite
),

attributions_declinees as (
    unpivot attributions on ensemble, commune, typologie into name axe value modalite
),

reunies as (
    select
        periode,
        code_epci,
        axe,
        modalite,
        1 as demande,
        0 as attribution
    from demandes_declinees
    union all
    select
        periode,
        code_epci,
        axe,
        modalite,
        0 as demande,
        1 as attribution
    from attributions_declinees
),

comptes as (
    select
        periode,
        code_epci,
        axe,
        modalite,
        cast(sum(demande) as bigint) as nombre_demandes_actives,
        cast(sum(attribution) as bigint) as nombre_attributions_12_mois
    from reunies
    group by periode, code_epci, axe, modalite
),

-- Les périodes dont le stock est connu.
suivies as (
    select
        periode,
        code_epci
    from {{ ref('int_mouvements__cumules') }}
    where nombre_demandes_fin is not null
),

final as (
    select
        comptes.periode,
        comptes.code_epci,
        comptes.axe,
        comptes.modalite,
        comptes.nombre_demandes_actives,
        comptes.nombre_attributions_12_mois,
        fenetres.est_complete
    from comptes
    inner join suivies on comptes.periode = suivies.periode and comptes.code_epci = suivies.code_epci
    inner join {{ ref('int_tensions__fenetrees') }} as fenetres on comptes.periode = fenetres.periode
)

select * from final
