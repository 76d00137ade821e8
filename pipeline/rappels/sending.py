"""Sending the reminders that are due: each at most once, whatever is refused, cut or killed.

A server's « no » concerns one mail, which the next run tries again. A cut stops the run: the mails not given
wait for the next one, and the single one whose end may have arrived is told, never sent again by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import MisuseError
from pipeline.feeds import Feed
from pipeline.rappels.contacts import Contacts
from pipeline.rappels.journal import FAILED, IN_PROGRESS, SENT, UNCERTAIN, Journal, Trace
from pipeline.rappels.mails import Envelope, write_mail
from pipeline.rappels.reminders import Reminder
from pipeline.rappels.server import MailRefusedError, MailServer, ServerUnavailableError, Session

Templates = Callable[[Feed], Sequence[Path]]


def no_template(_feed: Feed) -> Sequence[Path]:
    """Attach nothing."""
    return ()


@dataclass
class Report:
    """What a run did: `unsent` are due and wait for the next run, `cut` says why the server stopped it."""

    sent: list[tuple[Reminder, int]] = field(default_factory=list)
    refused: list[tuple[Reminder, int]] = field(default_factory=list)
    without_address: list[Reminder] = field(default_factory=list)
    unsent: list[Reminder] = field(default_factory=list)
    uncertain: list[Trace] = field(default_factory=list)
    cut: ServerUnavailableError | None = None

    @property
    def is_whole(self) -> bool:
        """Tell whether every reminder due left, for every address."""
        refused_addresses = any(refused for _, refused in self.sent)
        return not (self.refused or self.without_address or self.uncertain or refused_addresses or self.cut)


@dataclass(frozen=True)
class Plan:
    """What is to be sent now, to whom there is no address, and what may have left or not."""

    to_send: list[Reminder]
    without_address: list[Reminder]
    uncertain: list[Trace]


def plan_reminders(reminders: Sequence[Reminder], journal: Journal, contacts: Contacts) -> Plan:
    """Sort the reminders due by what the journal and the contacts say of them."""
    latest = journal.latest()
    to_send = [reminder for reminder in reminders if journal.is_to_send(reminder, latest)]
    about, doubtful = {reminder.key[:3] for reminder in reminders}, (IN_PROGRESS, UNCERTAIN)
    return Plan(
        to_send=[reminder for reminder in to_send if contacts.get(_provider(reminder))],
        without_address=[reminder for reminder in to_send if not contacts.get(_provider(reminder))],
        uncertain=[trace for key, trace in latest.items() if trace.etat in doubtful and key in about],
    )


@dataclass(frozen=True)
class Sender:
    """Sends reminders for one observatory; only under the lock of the sending."""

    server: MailServer
    contacts: Contacts
    journal: Journal
    feeds: Mapping[str, Feed]
    templates: Templates = no_template

    def send(self, reminders: Sequence[Reminder]) -> Report:
        """Send what is due and not yet sent, one session for all; a cut is told in the report."""
        self.journal.settle_interrupted()
        plan = plan_reminders(reminders, self.journal, self.contacts)
        report = Report(without_address=plan.without_address, unsent=list(plan.to_send))
        if plan.to_send:
            try:
                with Session.open(self.server) as session:
                    self._send_each(session, report)
            except ServerUnavailableError as error:
                self.journal.settle_interrupted()
                report.cut = error
        report.uncertain = plan_reminders(reminders, self.journal, self.contacts).uncertain
        doubtful = {trace.key for trace in report.uncertain}
        report.unsent = [reminder for reminder in report.unsent if reminder.key not in doubtful]
        return report

    def _send_each(self, session: Session, report: Report) -> None:
        while report.unsent:
            reminder = report.unsent[0]
            try:
                report.sent.append((reminder, self._send_one(session, reminder)))
            except MailRefusedError as refusal:
                self._note(reminder, FAILED, refused=0, code=refusal.code)
                report.refused.append((reminder, refusal.code))
            del report.unsent[0]

    def _send_one(self, session: Session, reminder: Reminder) -> int:
        feed, recipients = self.feeds[reminder.expected.flux], self.contacts[_provider(reminder)]
        envelope = Envelope(self.server.sender, recipients, self._message_id(reminder))
        mail = write_mail(reminder, feed, envelope, self.templates(feed))
        refused = session.deliver(
            mail, recipients, lambda refused: self._note(reminder, IN_PROGRESS, refused=refused)
        )
        self._note(reminder, SENT, refused=refused)
        return refused

    def _note(self, reminder: Reminder, state: str, *, refused: int, code: int | None = None) -> None:
        addresses = len(self.contacts[_provider(reminder)])
        self.journal.write(
            reminder, self._message_id(reminder), state, addresses=addresses, refused=refused, code=code
        )

    def _message_id(self, reminder: Reminder) -> str:
        return self.journal.message_id(reminder, self.server.domain)


def settle_uncertain(journal: Journal, deliveries: Sequence[str], *, left: bool) -> None:
    """Write what the analyst found out about uncertain reminders: they left, or are to be sent again."""
    uncertain = {trace.delivery: trace for trace in journal.latest().values() if trace.etat == UNCERTAIN}
    if unknown := [name for name in deliveries if name not in uncertain]:
        raise MisuseError(
            f"Aucun rappel incertain pour : {', '.join(unknown)}.",
            remede=f"Rappels incertains : {', '.join(uncertain) or 'aucun'}.",
        )
    for name in deliveries:
        journal.settle(uncertain[name], SENT if left else FAILED)


def _provider(reminder: Reminder) -> str:
    return reminder.expected.fournisseur.casefold()
