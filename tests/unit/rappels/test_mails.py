"""The text of a reminder, whole; the templates attached; which step is due."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.feeds import load_feeds
from pipeline.periods import Periode
from pipeline.rappels.calendar import STEPS, Expected
from pipeline.rappels.mails import Envelope, write_mail
from pipeline.rappels.reminders import Reminder, due_reminders, latest_step
from pipeline.rappels.situations import Situation, State

FEEDS = load_feeds()
DUE = date(2025, 4, 20)
ENVELOPE = Envelope("ppgd@epci.example", ("depots@alize.example",), "<1@epci.example>")


def reminder(day: date, feed: str = "bailleurs/attributions", state: State = State.NOTHING) -> Reminder:
    expected = Expected(feed, Periode.parse("2025-T1"), "alize", DUE)
    return Reminder(Situation(expected, state, day), -15)


def test_the_whole_text():
    mail = write_mail(reminder(date(2025, 4, 5)), FEEDS["bailleurs/attributions"], ENVELOPE)
    assert mail["Subject"] == (
        "Dépôt attendu le 20/04/2025 : Fichier des attributions d'un bailleur, 1er trimestre 2025"
    )
    assert (
        mail.get_content().splitlines()
        == """Bonjour,

Le dépôt suivant est attendu le 20 avril 2025, dans 15 jours.

  Fichier     : Fichier des attributions d'un bailleur
  Flux        : bailleurs/attributions
  Période     : 1er trimestre 2025, du 1er janvier 2025 au 31 mars 2025
  Fournisseur : alize
  État        : rien n'est arrivé.

Ce qu'il faut faire :
  1. Préparez le fichier selon le format habituel : une ligne par bail signé, en .csv ou .xlsx.
  2. Nommez-le alize.csv ou alize.xlsx.
  3. Déposez-le par le canal convenu avec l'observatoire.
     Ne l'envoyez pas en réponse à ce message : il contient des données personnelles.

Si vous venez de faire ce dépôt, ce message est sans objet.

Message automatique de l'observatoire du PPGD. Une question ? Répondez à ce message.""".splitlines()
    )


@pytest.mark.parametrize(
    ("day", "told"),
    [(DUE, "est attendu aujourd'hui, 20 avril 2025."), (date(2025, 4, 21), "il a 1 jour de retard.")],
)
def test_the_days_are_those_of_the_day_it_leaves(day, told):
    assert told in write_mail(reminder(day), FEEDS["bailleurs/attributions"], ENVELOPE).get_content()


def test_a_feed_without_personal_data_does_not_warn_of_it():
    text = write_mail(
        reminder(DUE, "parametres/tranches"), FEEDS["parametres/tranches"], ENVELOPE
    ).get_content()
    assert "données personnelles" not in text


def test_templates_given_are_attached_and_announced(tmp_path: Path):
    paths = [tmp_path / "bailleurs_attributions.csv", tmp_path / "bailleurs_attributions.xlsx"]
    for path in paths:
        path.write_bytes(b"date_bail;code_epci\r\n")
    mail = write_mail(reminder(DUE), FEEDS["bailleurs/attributions"], ENVELOPE, paths)
    attached = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert attached == {path.name: path.read_bytes() for path in paths}
    assert "selon le modèle vide joint" in mail.get_body().get_content()


def test_every_mail_is_plain_ascii_on_the_wire():
    for feed in FEEDS.values():
        mail = write_mail(reminder(DUE, feed.key), feed, ENVELOPE)
        assert mail.as_string().isascii()
        assert max(map(len, mail.as_string().split("\r\n"))) <= 998


def test_steps_follow_the_due_day():
    days = {
        day: latest_step(DUE, DUE + timedelta(days=day)) for day in (-16, -15, -4, -3, 0, 6, 7, 20, 21, 400)
    }
    assert days == {-16: None, -15: -15, -4: -15, -3: -3, 0: -3, 6: -3, 7: 7, 20: 7, 21: 21, 400: 21}
    assert STEPS == (-15, -3, 7, 21)


@pytest.mark.parametrize("state", [State.RECEIVED, State.TO_JUDGE])
def test_nothing_is_due_of_what_came(state):
    assert due_reminders([reminder(DUE, state=state).situation]) == []
    assert len(due_reminders([reminder(DUE).situation])) == 1
