with candidatures as (
    select candidatures.*
    from {{ ref('int_candidatures__retenues') }} as candidatures
    left join {{ ref('int_demandes__datees') }} as demandes
        on candidatures.demande_id = demandes.demande_id
    -- L'unité est la commission et le logement : sans logement, elle est inconnue (règles A17, F11).
    where candidatures.logement_id is not null and coalesce(demandes.est_menage, true)
),

-- Cotés par une grille en test, sur les faits du jour de la séance.
cotees as (
    select
        candidatures.candidature_id,
        scores.grille_version,
        candidatures.code_epci,
        candidatures.commission_id,
        candidatures.logement_id,
        candidatures.date_seance,
        candidatures.rang,
        coalesce(candidatures.motif_decision, 'non_renseigne') as motif_decision,
        scores.points_provisoires as points
    from candidatures
    inner join {{ ref('int_demandes__recotees') }} as scores
        on
            candidatures.demande_id = scores.demande_id
            and candidatures.code_epci = scores.code_epci
            and candidatures.date_seance = scores.date_faits
            and scores.statut = 'test'
),

-- À égalité, un candidat tient toutes les places de ses égaux (règle F11).
classees as (
    select
        candidature_id,
        grille_version,
        rank() over (partition by grille_version, commission_id, logement_id order by points desc)
            as premiere_place_test,
        count(*) over (partition by grille_version, commission_id, logement_id order by points desc)
            as derniere_place_test,
        rank() over (partition by grille_version, commission_id, logement_id order by rang)
            as premiere_place_decidee,
        count(*) over (partition by grille_version, commission_id, logement_id order by rang)
            as derniere_place_decidee
    from cotees
    where rang is not null
    qualify count(*) over (partition by grille_version, commission_id, logement_id) >= 2
),

-- Le dernier tour de table de l'EPCI dit quand il teste, et où.
essais as (
    select
        code_epci,
        date_debut_test,
        date_fin_test,
        perimetre_test
    from {{ ref('stg_plan__avancement_epci') }}
    qualify row_number() over (
        partition by code_epci
        order by {{ dernier_jour_periode('periode') }} desc, {{ derniere_livraison_d_abord() }}
    ) = 1
),

final as (
    select
        cotees.*,
        classees.candidature_id is not null as est_comparee,
        classees.premiere_place_test,
        classees.premiere_place_decidee,
        -- Les places les plus proches de l'une et de l'autre : 0 quand elles se touchent.
        case
            when classees.candidature_id is not null
                then greatest(
                    classees.premiere_place_decidee - classees.derniere_place_test,
                    classees.premiere_place_test - classees.derniere_place_decidee,
                    0
                )
        end as ecart_places,
        case
            when essais.date_debut_test is not null
                then
                    cotees.date_seance
                    between essais.date_debut_test and coalesce(essais.date_fin_test, cotees.date_seance)
        end as est_en_periode_de_test,
        essais.perimetre_test
    from cotees
    left join classees
        on
            cotees.candidature_id = classees.candidature_id
            and cotees.grille_version = classees.grille_version
    left join essais on cotees.code_epci = essais.code_epci
)

select * from final
