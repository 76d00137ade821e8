with mises as (
    select distinct
        coalesce(code_bailleur, 'non_renseigne') as code_bailleur,
        fournisseur
    from {{ ref('stg_bailleurs__mises_a_disposition') }}
),

attendus as (
    select * from {{ ref('int_depots__attendus') }}
    where flux = 'bailleurs/mises_a_disposition' and length(periode) = 4 and completude > 0
),

connues as (
    select
        cast(attendus.periode as bigint) as annee,
        mises.code_bailleur,
        max(attendus.completude) as completude,
        max(least(attendus.arrete_au, {{ dernier_jour_periode('attendus.periode') }})) as arrete_au
    from mises
    inner join attendus on mises.fournisseur = attendus.fournisseur
    group by attendus.periode, mises.code_bailleur
),

-- Jours de l'année déjà connus et à venir, pour la prévision au 31 décembre.
final as (
    select
        annee,
        code_bailleur,
        completude,
        arrete_au,
        arrete_au - make_date(annee, 1, 1) + 1 as nombre_jours_connus,
        make_date(annee, 12, 31) - arrete_au as nombre_jours_restants
    from connues
)

select * from final
