"""The text of a reminder: which file, for when, what to do; counts only, nothing personal."""

import mimetypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from pipeline.feeds import Feed
from pipeline.intake.register_lines import DepotRecord
from pipeline.rappels.reminders import Reminder
from pipeline.rappels.situations import Situation, State
from pipeline.rappels.wording import told_bounds, told_date, told_days, told_period


@dataclass(frozen=True)
class Envelope:
    """Who writes to whom, and the identity of the message."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str


def write_mail(
    reminder: Reminder, feed: Feed, envelope: Envelope, attachments: Sequence[Path] = ()
) -> EmailMessage:
    """Write a reminder; the attachments are blank templates of its feed."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = envelope.sender
    mail["To"] = ", ".join(envelope.recipients)
    mail["Subject"] = subject(reminder.situation, feed)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = envelope.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "fr"
    lines = body(reminder.situation, feed, with_template=bool(attachments))
    mail.set_content("\n".join(lines) + "\n", cte="quoted-printable")
    for path in attachments:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        mail.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=path.name)
    return mail


def subject(situation: Situation, feed: Feed) -> str:
    """Return the subject: late or expected, the file, the period."""
    due, days = situation.expected.echeance, situation.days_left
    when = f"attendu le {due:%d/%m/%Y}" if days >= 0 else f"en retard de {told_days(-days)}"
    return f"Dépôt {when} : {feed.title}, {told_period(situation.expected.periode)}"


def body(situation: Situation, feed: Feed, *, with_template: bool) -> Iterator[str]:
    """Yield the lines of the text."""
    expected = situation.expected
    yield "Bonjour,"
    yield ""
    yield f"Le dépôt suivant {_when(situation)}."
    yield ""
    yield f"  Fichier     : {feed.title}"
    yield f"  Flux        : {feed.key}"
    yield f"  Période     : {told_period(expected.periode)}, {told_bounds(expected.periode)}"
    yield f"  Fournisseur : {expected.fournisseur}"
    yield f"  État        : {_told_state(situation)}"
    yield ""
    yield from _next_steps(situation, feed, with_template=with_template)
    yield ""
    yield "Si vous venez de faire ce dépôt, ce message est sans objet."
    yield ""
    yield "Message automatique de l'observatoire du PPGD. Une question ? Répondez à ce message."


def _when(situation: Situation) -> str:
    due, days = told_date(situation.expected.echeance), situation.days_left
    if days < 0:
        return f"était attendu le {due} : il a {told_days(-days)} de retard"
    return f"est attendu aujourd'hui, {due}" if not days else f"est attendu le {due}, dans {told_days(days)}"


def _told_state(situation: Situation) -> str:
    if situation.state is not State.REFUSED or situation.record is None:
        return "rien n'est arrivé."
    return f"{_told_refusal(situation.record)}."


def _told_refusal(record: DepotRecord) -> str:
    received = f"fichier reçu le {record.recu_le:%d/%m/%Y}, refusé"
    if not record.lignes_lues:
        return f"{received} : il n'a pas pu être lu"
    return f"{received} (lignes lues : {record.lignes_lues}, rejetées : {record.lignes_rejetees})"


def _next_steps(situation: Situation, feed: Feed, *, with_template: bool) -> Iterator[str]:
    name = situation.expected.fournisseur
    form = "le modèle vide joint" if with_template else "le format habituel"
    yield "Ce qu'il faut faire :"
    if situation.state is State.REFUSED:
        yield "  1. Corrigez le fichier. Le détail des erreurs n'est pas dans ce message : demandez-le-nous."
    else:
        yield f"  1. Préparez le fichier selon {form} : une ligne par {feed.grain}, en .csv ou .xlsx."
    yield f"  2. Nommez-le {name}.csv ou {name}.xlsx."
    yield "  3. Déposez-le par le canal convenu avec l'observatoire."
    if any(column.treatment != "conserver" for column in feed.columns):
        yield "     Ne l'envoyez pas en réponse à ce message : il contient des données personnelles."
