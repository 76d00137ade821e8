-- Détecte une obligation, ou un délai, qui ne compte pas les mêmes attributions que les autres tables.
-- Cause probable : un relogement ou un QPV inconnu compté d'un seul côté (règles D6, D7).
with obligations as (
    select
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        sum(numerateur - nombre_relogements) filter (where obligation = 'Q1_HORS_QPV') as nombre_q1_hors_qpv,
        sum(denominateur) filter (where obligation = 'Q2_Q4_EN_QPV') as nombre_en_qpv,
        sum(denominateur) filter (where obligation = 'PUBLICS_PRIORITAIRES') as nombre_attributions,
        sum(denominateur + nombre_qpv_inconnu) filter (where obligation = 'Q1_HORS_QPV') as nombre_hors_qpv
    from {{ ref('mart_obligations') }}
    where source_objectif = 'loi'
    group by periode, code_epci, code_bailleur, code_reservataire
),

delais as (
    select * from {{ ref('mart_delai_par_reservataire') }}
    where type_demande = 'ensemble'
)

select
    reservataires.periode,
    reservataires.code_epci,
    reservataires.code_bailleur,
    reservataires.code_reservataire
from {{ ref('mart_attributions_par_reservataire') }} as reservataires
left join delais
    on
        reservataires.periode = delais.periode
        and reservataires.code_epci = delais.code_epci
        and reservataires.code_bailleur = delais.code_bailleur
        and reservataires.code_reservataire = delais.code_reservataire
left join obligations
    on
        reservataires.periode = obligations.periode
        and reservataires.code_epci = obligations.code_epci
        and reservataires.code_bailleur = obligations.code_bailleur
        and reservataires.code_reservataire = obligations.code_reservataire
where
    reservataires.nombre_attributions is distinct from delais.nombre_attributions
    or reservataires.nombre_delais is distinct from delais.nombre_delais
    or (
        obligations.periode is not null
        and (
            reservataires.nombre_attributions <> obligations.nombre_attributions
            or reservataires.nombre_q1_hors_qpv <> coalesce(obligations.nombre_q1_hors_qpv, 0)
            or reservataires.nombre_en_qpv <> coalesce(obligations.nombre_en_qpv, 0)
            or reservataires.nombre_attributions
            <> coalesce(obligations.nombre_en_qpv, 0) + coalesce(obligations.nombre_hors_qpv, 0)
        )
    )
