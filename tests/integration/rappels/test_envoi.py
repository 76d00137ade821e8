"""ppgd rappels against a real server: each reminder once, whatever the server does."""

import re
from datetime import date, timedelta
from email.utils import parseaddr

import pytest

from pipeline import reminding
from pipeline.follow_up import today
from pipeline.rappels.journal import Journal
from pipeline.reminding import send_due_reminders
from pipeline.settings import FICTION_MARK
from tests.integration.rappels.conftest import CALENDRIER, J_3, J_7, J_15, equiper, inscrire, ppgd
from tests.integration.rappels.courriel import couper, repondre, se_taire

ENVOYER = ("rappels", "--envoyer", "--au")
AU_J_15 = date.fromisoformat(J_15)


def etats(settings):
    with Journal.open(settings.rappels) as journal:
        return {(trace.fournisseur, trace.etape): trace.etat for trace in journal.traces()}


def test_each_due_reminder_leaves_once_and_a_second_run_sends_nothing(observatoire, boite):
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus)) == (0, 3), shown
    assert [recipients for recipients, _ in boite.recus] == [
        ["depots@salines.example"],
        ["depots@alize.example"],
        ["un@moufia.example", "deux@moufia.example"],
    ]
    assert len(set(boite.identites)) == 3
    assert "Rappels envoyés : 3." in shown
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus)) == (0, 3)
    assert "Rappels envoyés : 0." in shown


def test_the_mail_says_what_when_and_how_and_nothing_personal(observatoire, boite):
    inscrire(observatoire, "alize", "refuse")
    ppgd(observatoire, *ENVOYER, J_7)
    mail = next(mail for recipients, mail in boite.recus if "alize" in recipients[0])
    assert mail["Subject"] == (
        "Dépôt en retard de 7 jours : Fichier des attributions d'un bailleur, 1er trimestre 2025"
    )
    assert parseaddr(mail["From"]) == ("", "ppgd@epci.example")
    assert mail["Auto-Submitted"] == "auto-generated"
    text = mail.get_body().get_content()
    assert "était attendu le 20 avril 2025 : il a 7 jours de retard." in text
    assert "fichier reçu le 02/04/2025, refusé (lignes lues : 120, rejetées : 14)." in text
    assert "Ne l'envoyez pas en réponse à ce message : il contient des données personnelles." in text
    assert "date_bail" not in text
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "modele-bailleurs_attributions.xlsx",
        "modele-bailleurs_attributions.csv",
    ]


def test_nothing_leaves_once_a_delivery_is_accepted_or_waits_for_a_decision(observatoire, boite):
    inscrire(observatoire, "alize", "accepte")
    inscrire(observatoire, "MOUFIA", "accepte_avec_reserves", periode="2025")
    waiting = observatoire.raw / "bailleurs" / "attributions" / "2025-T1" / "salines.csv"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("a;b\n", encoding="utf-8")
    code, _ = ppgd(observatoire, *ENVOYER, J_7)
    assert (code, boite.recus) == (0, [])
    assert "refusé" not in ppgd(observatoire, "depots", "--au", J_7)[1]


def test_after_days_off_only_the_latest_step_leaves_and_never_an_earlier_one_after_it(observatoire, boite):
    ppgd(observatoire, *ENVOYER, "2025-06-30")
    assert {step for _, step in etats(observatoire)} == {21}
    assert len(boite.recus) == 3
    ppgd(observatoire, *ENVOYER, J_3)
    assert len(boite.recus) == 3


def test_each_step_has_its_own_mail(observatoire, boite):
    for day in (J_15, "2025-04-16", J_3, "2025-04-20", J_7, "2025-05-11"):
        ppgd(observatoire, *ENVOYER, day)
    assert len(boite.recus) == len(set(boite.identites)) == 12


def test_a_simulation_sends_nothing_and_shows_the_first_text(observatoire, boite):
    code, shown = ppgd(observatoire, "rappels", "--simuler", "--au", J_3)
    assert (code, boite.vus) == (0, {})
    assert "Rappels à envoyer : 3." in shown
    assert "bailleurs/attributions 2025-T1 alize, J−3" in shown
    assert "| Le dépôt suivant est attendu le 20 avril 2025, dans 3 jours." in shown
    assert etats(observatoire) == {}


def test_a_refused_mail_does_not_stop_the_others_and_is_tried_again(observatoire, boite):
    boite.quand[("RCPT", 2)] = repondre("550 <depots@alize.example> inconnu")
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus)) == (1, 2)
    assert "Refusé par le serveur (550) : bailleurs/attributions 2025-T1 alize, J−15." in shown
    assert "depots@" not in shown
    code, _ = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus), len(set(boite.identites))) == (0, 3, 3)


@pytest.mark.parametrize("event", ["MAIL", "DATA", "POINT"])
@pytest.mark.parametrize("answer", ["451 plus tard", "552 trop gros"])
def test_a_no_at_any_point_means_not_sent(observatoire, boite, event, answer):
    boite.garder_puis_repondre = False
    boite.quand[(event, 2)] = repondre(answer)
    report = send_due_reminders(observatoire, AU_J_15)
    assert [code for _, code in report.refused] == [int(answer[:3])]
    assert len(boite.recus) == 2
    assert send_due_reminders(observatoire, AU_J_15).is_whole
    assert len(boite.recus) == len(set(boite.identites)) == 3


def test_one_address_refused_for_good_is_told_one_refused_for_now_puts_the_mail_off(observatoire, boite):
    boite.quand[("RCPT", 4)] = repondre("450 revenez")
    first = send_due_reminders(observatoire, AU_J_15)
    assert [(reminder.expected.fournisseur, code) for reminder, code in first.refused] == [("moufia", 450)]
    assert len(boite.recus) == 2
    boite.quand[("RCPT", 6)] = repondre("550 inconnu")
    second = send_due_reminders(observatoire, AU_J_15)
    assert [(reminder.expected.fournisseur, refused) for reminder, refused in second.sent] == [("moufia", 1)]
    assert boite.recus[-1][0] == ["un@moufia.example"]
    assert not second.is_whole
    assert send_due_reminders(observatoire, AU_J_15).sent == []


@pytest.mark.parametrize("misbehave", [couper, se_taire, repondre("421 je ferme")])
@pytest.mark.parametrize("event", ["MAIL", "RCPT", "DATA"])
def test_a_cut_before_the_last_line_leaves_no_doubt(tmp_path, boite, port, event, misbehave):
    observatoire = equiper(tmp_path, port, "smtp_delai_secondes = 1")
    boite.quand[(event, 2)] = misbehave
    first = send_due_reminders(observatoire, AU_J_15)
    assert (first.is_whole, first.uncertain) == (False, [])
    boite.quand.clear()
    assert send_due_reminders(observatoire, AU_J_15).is_whole
    assert len(boite.recus) == len(set(boite.identites)) == 3


@pytest.mark.parametrize("misbehave", [couper, se_taire])
def test_a_cut_in_the_middle_of_a_text_leaves_no_doubt(tmp_path, boite, port, misbehave, monkeypatch):
    observatoire = equiper(tmp_path, port, "smtp_delai_secondes = 1")
    template = tmp_path / "bailleurs_attributions.xlsx"
    template.write_bytes(bytes(16_000_000))
    monkeypatch.setattr(reminding, "templates_in", lambda _folder: lambda _feed: [template])
    boite.quand[("CORPS", 1)] = misbehave
    first = send_due_reminders(observatoire, AU_J_15)
    assert (first.is_whole, first.uncertain, len(first.unsent)) == (False, [], 3)
    boite.quand.clear()
    assert send_due_reminders(observatoire, AU_J_15).is_whole
    assert len(boite.recus) == len(set(boite.identites)) == 3


@pytest.mark.parametrize("misbehave", [couper, se_taire, repondre("zut")])
def test_a_cut_after_the_last_line_is_told_and_not_sent_again(tmp_path, boite, port, misbehave):
    observatoire = equiper(tmp_path, port, "smtp_delai_remise_secondes = 1")
    boite.quand[("POINT", 2)] = misbehave
    first = send_due_reminders(observatoire, AU_J_15)
    assert first.cut
    assert [trace.label for trace in first.uncertain] == ["bailleurs/attributions 2025-T1 alize, J−15"]
    assert [reminder.expected.fournisseur for reminder in first.unsent] == ["moufia"]
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus), len(set(boite.identites))) == (1, 3, 3)
    assert "Incertain : bailleurs/attributions 2025-T1 alize, J−15" in shown
    assert boite.identites[1] in shown


def test_the_analyst_settles_what_is_uncertain(observatoire, boite):
    boite.garder_puis_repondre = False
    boite.quand[("POINT", 1)] = boite.quand[("POINT", 3)] = couper
    ppgd(observatoire, *ENVOYER, J_15)
    ppgd(observatoire, *ENVOYER, J_15)
    assert etats(observatoire) == {
        ("salines", -15): "incertain",
        ("alize", -15): "envoye",
        ("moufia", -15): "incertain",
    }
    found = ("--parti", "bailleurs/attributions 2025-T1 salines")
    lost = ("--perdu", "bailleurs/attributions 2025-T1 moufia")
    code, shown = ppgd(observatoire, *ENVOYER, J_15, *found, *lost)
    assert (code, len(boite.recus)) == (0, 2), shown
    assert set(etats(observatoire).values()) == {"envoye"}
    code, shown = ppgd(observatoire, *ENVOYER, J_15, *lost)
    assert code == 2
    assert "Aucun rappel incertain pour : bailleurs/attributions 2025-T1 moufia." in shown


def test_an_uncertain_reminder_does_not_keep_the_next_step_from_leaving(observatoire, boite):
    boite.quand[("POINT", 3)] = couper
    ppgd(observatoire, *ENVOYER, J_15)
    code, shown = ppgd(observatoire, *ENVOYER, J_3)
    assert (code, len(boite.recus)) == (0, 6)
    assert "Incertain" not in shown


def test_a_resent_mail_has_the_same_identity(observatoire, boite):
    boite.quand[("POINT", 1)] = couper
    ppgd(observatoire, *ENVOYER, J_15)
    ppgd(observatoire, *ENVOYER, J_15, "--perdu", "bailleurs/attributions 2025-T1 salines")
    assert len(boite.identites) == 4
    assert boite.identites.count(boite.identites[0]) == 2


def test_a_server_that_is_not_there_is_told_and_nothing_is_lost(tmp_path, boite, port):
    observatoire = equiper(tmp_path, port, "smtp_port = 1")
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert code == 3
    assert "Le serveur de courriel 127.0.0.1:1 ne répond pas comme attendu : connexion" in shown
    assert re.search(r"→ .*Restent à envoyer : 3\.", shown)
    assert etats(observatoire) == {}


def test_a_provider_without_address_is_named_and_the_others_served(observatoire, boite, tmp_path):
    (tmp_path / "contacts.yml").write_text("alize: depots@alize.example\n", encoding="utf-8")
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, len(boite.recus)) == (1, 1)
    assert "Sans adresse : bailleurs/attributions 2025-T1 moufia, J−15." in shown


def test_what_cannot_be_asked_is_said_before_anything_leaves(observatoire, boite):
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for verb in (
        ("--envoyer", "--simuler"),
        (),
        ("--envoyer", "--au", tomorrow),
        ("--envoyer", "--au", "hier"),
    ):
        code, shown = ppgd(observatoire, "rappels", *verb)
        assert code == 2, shown
        assert "→" in shown
    (observatoire.donnees / "calendrier.yml").unlink()
    assert "docs/rappels.md" in ppgd(observatoire, *ENVOYER, J_15)[1]
    assert boite.vus == {}


def test_fictitious_deliveries_are_never_claimed_from_anyone(observatoire, boite):
    observatoire.raw.mkdir()
    (observatoire.raw / FICTION_MARK).write_text("{}", encoding="utf-8")
    code, shown = ppgd(observatoire, *ENVOYER, J_15)
    assert (code, boite.vus) == (2, {})
    assert "fictives" in shown


def test_depots_says_what_is_late_and_exits_with_one(observatoire):
    inscrire(observatoire, "alize", "accepte")
    inscrire(observatoire, "moufia", "refuse")
    code, shown = ppgd(observatoire, "depots", "--au", J_3)
    assert code == 0
    assert "attendu : 1 ; refusé : 1 ; reçu : 1." in shown
    code, shown = ppgd(observatoire, "depots", "--au", J_7)
    assert code == 1
    assert (
        "refusé, en retard  bailleurs/attributions 2025-T1 moufia, échéance 20/04/2025 (il y a 7 jours)"
        in shown
    )
    assert "en retard          bailleurs/attributions 2025-T1 Salines" in shown
    assert ppgd(observatoire, "depots", "--au", J_7, "--periode", "2025-T2")[0] == 0
    code, shown = ppgd(observatoire, "depots", "--au", J_7, "--periode", "2025", "--json")
    assert (code, shown.count('"en_retard": true')) == (1, 2)
    assert ppgd(observatoire, "depots", "--periode", "T1")[0] == 2


def test_a_wrong_calendar_is_told_whole(observatoire):
    wrong = CALENDRIER.replace("trimestrielle", "mensuelle").replace("20", "vingt", 1)
    (observatoire.donnees / "calendrier.yml").write_text(wrong, encoding="utf-8")
    code, shown = ppgd(observatoire, "depots")
    assert code == 2
    assert "mensuelle" in shown
    assert "delai_jours" in shown
