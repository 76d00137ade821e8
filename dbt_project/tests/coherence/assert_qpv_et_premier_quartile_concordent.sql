-- Détecte des attributions en QPV, ou du premier quartile hors QPV, que deux tables comptent autrement.
-- Cause probable : « non renseigné » compté hors QPV dans une seule des deux tables (règles D6, D7).
with par_qpv as (
    select
        periode,
        code_epci,
        code_bailleur,
        code_reservataire,
        coalesce(
            sum(nombre_attributions) filter (where localisation_qpv = 'qpv' and axe = 'ensemble'), 0
        ) as nombre_en_qpv,
        coalesce(
            sum(nombre_attributions) filter (
                where localisation_qpv = 'hors_qpv' and axe = 'quartile_ressources' and modalite = 'R1'
            ),
            0
        ) as nombre_q1_hors_qpv
    from {{ ref('mart_attributions_par_qpv') }}
    group by periode, code_epci, code_bailleur, code_reservataire
)

select
    par_reservataire.periode,
    par_reservataire.code_epci,
    par_reservataire.code_bailleur,
    par_reservataire.code_reservataire
from {{ ref('mart_attributions_par_reservataire') }} as par_reservataire
left join par_qpv
    on
        par_reservataire.periode = par_qpv.periode
        and par_reservataire.code_epci = par_qpv.code_epci
        and par_reservataire.code_bailleur = par_qpv.code_bailleur
        and par_reservataire.code_reservataire = par_qpv.code_reservataire
where
    par_reservataire.nombre_en_qpv is distinct from par_qpv.nombre_en_qpv
    or par_reservataire.nombre_q1_hors_qpv is distinct from par_qpv.nombre_q1_hors_qpv
