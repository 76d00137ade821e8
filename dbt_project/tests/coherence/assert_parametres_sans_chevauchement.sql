-- Détecte deux lignes d'un paramètre valables le même jour : la demande serait lue deux fois (R0.10).
-- Cause probable : une nouvelle ligne ajoutée sans fermer la précédente (valide_au).
with durees as (
    select
        'dal' as parametre,
        'département ' || code_departement as objet,
        valide_du,
        coalesce(valide_au, date '9999-12-31') as valide_au
    from {{ ref('int_parametres__dal') }}
    union all
    select
        'tranches' as parametre,
        'EPCI ' || code_epci || ', tranche ' || tranche_points as objet,
        valide_du,
        coalesce(valide_au, date '9999-12-31') as valide_au
    from {{ ref('int_parametres__tranches') }}
)

select
    'Deux lignes de parametres/' || avant.parametre || ' valables le même jour : ' || avant.objet
    || ', depuis le ' || avant.valide_du || ' et depuis le ' || apres.valide_du
    || '. Fermez la première par son « valide_au », ou gardez son « valide_du » pour la remplacer.' as message
from durees as avant
inner join durees as apres
    on
        avant.parametre = apres.parametre
        and avant.objet = apres.objet
        and avant.valide_du < apres.valide_du
        and avant.valide_au >= apres.valide_du
