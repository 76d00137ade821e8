-- Détecte un bailleur et une période où disponibles ≠ orientés + non orientés + soustraits + exclus.
-- Cause probable : une vacance portée par zéro ou deux remises, ou un motif hors des huit de la loi.
select
    periode,
    code_epci,
    code_bailleur,
    nombre_disponibles
from {{ ref('mart_bilan_synthetique_bailleur') }}
where
    nombre_disponibles
    <> nombre_orientes
    + nombre_non_orientes
    {%- for categorie in motifs_de_soustraction() %}
        + nombre_soustraits_{{ categorie }}
    {%- endfor %}
    + nombre_exclus
