-- Détecte une année où le bilan du 28 février et le bilan synthétique d'un bailleur diffèrent.
-- Cause probable : une remise comptée à une autre date que la sienne, ou une vacance soustraite deux fois.
with annuels as (
    select
        periode,
        code_epci,
        code_bailleur,
        sum(nombre_mises_a_disposition) as nombre_remises,
        {%- for categorie in motifs_de_soustraction() %}
            sum(nombre_soustraits_{{ categorie }}) as nombre_soustraits_{{ categorie }},
        {%- endfor %}
        sum(nombre_exclus) as nombre_exclus
    from {{ ref('mart_bilan_flux_annuel') }}
    group by periode, code_epci, code_bailleur
)

select
    synthese.periode,
    synthese.code_epci,
    synthese.code_bailleur
from {{ ref('mart_bilan_synthetique_bailleur') }} as synthese
left join annuels
    on {{ memes_cles('synthese', 'annuels', ['periode', 'code_epci', 'code_bailleur']) }}
where
    length(synthese.periode) = 4
    and (
        synthese.nombre_remises is distinct from annuels.nombre_remises
        {%- for categorie in motifs_de_soustraction() %}
            or synthese.nombre_soustraits_{{ categorie }}
            is distinct from annuels.nombre_soustraits_{{ categorie }}
        {%- endfor %}
        or synthese.nombre_exclus is distinct from annuels.nombre_exclus
    )
