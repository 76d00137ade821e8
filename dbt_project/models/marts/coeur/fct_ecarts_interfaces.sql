with relevees as (
    select * from {{ ref('int_interfaces__relevees') }}
),

final as (
    select
        periode,
        logiciel,
        demande_id,
        nature_ecart,
        code_epci,
        etat_logiciel,
        etat_sne,
        code_label,
        cote_label,
        date_mise_a_jour,
        date_depot,
        date_premier_depot,
        date_fin_logiciel,
        date_fin_sne,
        periode_logiciel,
        fournisseur_logiciel,
        ligne_logiciel,
        periode_sne,
        fournisseur_sne,
        ligne_sne
    from relevees
    where est_en_ecart
)

select * from final
