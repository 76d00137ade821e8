with livrees as (
    select
        *,
        {{ dernier_jour_periode('periode') }} as dernier_jour
    from {{ ref('stg_imhoweb__demandes') }}
),

-- Adresse du ménage au dernier jour de la liste ; sans réponse, elle reste inconnue.
final as (
    select
        demande_id,
        dernier_jour,
        est_en_qpv as est_adresse_en_qpv,
        motif_priorite,
        case est_en_qpv
            when true then 'qpv'
            when false then 'hors_qpv'
            else 'non_renseigne'
        end as localisation_qpv_adresse
    from livrees
    qualify row_number() over (
        partition by demande_id, dernier_jour
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
)

select * from final
