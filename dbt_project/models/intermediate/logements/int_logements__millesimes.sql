with livres as (
    select
        *,
        cast(left(periode, 4) as integer) as millesime
    from {{ ref('stg_rpls__logements_restreints') }}
),

communes as (
    select * from {{ ref('int_communes__recodees') }}
),

reservataires as (
    select * from {{ ref('reservataires') }}
),

cartes as (
    select * from {{ ref('cartes_qpv') }}
),

-- La clé est celle de l'organisme : le numéro RPLS manque ou se répète (règle R0.1).
derniers as (
    select * from livres
    qualify row_number() over (
        partition by organisme_id, logement_interne_id, millesime
        order by {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        derniers.organisme_id,
        derniers.logement_interne_id,
        derniers.logement_id,
        derniers.millesime,
        case
            when derniers.code_bailleur is not null then derniers.code_bailleur
            when regexp_full_match(derniers.organisme_id, '\d{9}') then derniers.organisme_id
            else 'non_renseigne'
        end as code_bailleur,
        coalesce(communes.code_epci, 'hors_territoire') as code_epci,
        coalesce(communes.code_commune, derniers.code_commune) as code_commune,
        derniers.type_construction,
        derniers.nombre_pieces,
        {{ typologie_de_pieces('derniers.nombre_pieces') }} as typologie,
        derniers.surface_m2,
        derniers.annee_construction,
        {{ periode_construction('derniers.annee_construction') }} as periode_construction,
        derniers.annee_premiere_location,
        derniers.annee_entree_patrimoine,
        derniers.code_financement,
        derniers.conventionnement = '1' as est_conventionne,
        derniers.etiquette_energie,
        derniers.mode_occupation,
        case derniers.qpv
            when '1' then 'qpv'
            when '2' then 'hors_qpv'
            else 'non_renseigne'
        end as localisation_qpv,
        -- Le RPLS répond sur la carte en vigueur au 1er janvier de son millésime (règles E1, E5).
        cartes.generation as generation_carte,
        -- Le code 8 (gestion en flux) n'est pas dans la nomenclature : il ne nomme personne (règle F1).
        reservataires.code_reservataire,
        derniers.code_contingent = '8' as est_gere_en_flux,
        derniers.montant_loyer_principal_eur,
        derniers.date_depart_dernier_locataire,
        coalesce(derniers.motif_sortie_patrimoine, '9') <> '9' as est_sorti_du_parc
    from derniers
    left join communes on derniers.code_commune = communes.code_commune_ancien
    left join reservataires on derniers.code_contingent = reservataires.code_rpls
    left join cartes
        on
            cartes.portee
            = coalesce(communes.portee_carte_qpv, {{ portee_carte_qpv('derniers.code_commune') }})
            and make_date(derniers.millesime, 1, 1)
            between cartes.valide_du and coalesce(cartes.valide_au, date '9999-12-31')
)

select * from final
