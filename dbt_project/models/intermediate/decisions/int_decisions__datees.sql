with decisions as (
    select * from {{ ref('stg_sne__dalo') }}
),

-- Le numéro interne d'une livraison désigne la demande dans cette livraison seule (règle R0.8).
numeros as (
    select
        demande_id,
        demande_sne_id,
        periode,
        fournisseur
    from {{ ref('int_stocks__retenus') }}
    union
    select
        demande_id,
        demande_sne_id,
        periode,
        fournisseur
    from {{ ref('int_radiations__qualifiees') }}
),

-- Une décision non datée compte depuis le jour de sa livraison.
livrees as (
    select
        numeros.demande_id,
        decisions.*,
        coalesce(decisions.date_decision, {{ dernier_jour_periode('decisions.periode') }}) as date_connue
    from decisions
    inner join numeros
        on
            decisions.periode = numeros.periode
            and decisions.fournisseur = numeros.fournisseur
            and decisions.demande_sne_id = numeros.demande_sne_id
),

final as (
    select
        demande_id,
        date_connue,
        statut_dalo
    from livrees
    qualify row_number() over (
        partition by demande_id, date_connue
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
)

select * from final
