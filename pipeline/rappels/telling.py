"""What an analyst reads of the reminders: plain French lines."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.feeds import Feed
from pipeline.rappels.listing import tell_expected
from pipeline.rappels.mails import body, subject
from pipeline.rappels.reminders import Reminder
from pipeline.rappels.sending import Plan, Report
from pipeline.rappels.situations import Situation


def tell_plan(plan: Plan, situations: Sequence[Situation], feeds: Mapping[str, Feed]) -> Iterator[str]:
    """Yield what would be sent, with the text of the first."""
    yield from tell_expected(situations)
    yield f"Simulation : rien n'est envoyé. Rappels à envoyer : {len(plan.to_send)}."
    for reminder in plan.to_send:
        yield f"  {reminder.label} — {subject(reminder.situation, feeds[reminder.expected.flux])}"
    yield from _tell_without_address(plan.without_address)
    yield from _tell_uncertain(plan)
    for reminder in plan.to_send[:1]:
        yield "Texte du premier :"
        feed = feeds[reminder.expected.flux]
        yield from (f"  | {line}" for line in body(reminder.situation, feed, with_template=True))


def tell_report(report: Report) -> Iterator[str]:
    """Yield what left, what did not and why, and what to do."""
    yield f"Rappels envoyés : {len(report.sent)}."
    for reminder, refused in report.sent:
        yield f"  {reminder.label}"
        if refused:
            yield f"    Adresses refusées : {refused}. Corrigez-les au fichier de contacts."
    for reminder, code in report.refused:
        yield f"Refusé par le serveur ({code}) : {reminder.label}."
        yield "  Vérifiez ses adresses au fichier de contacts ; le prochain envoi réessaie."
    yield from _tell_without_address(report.without_address)
    yield from _tell_uncertain(report)
    if report.cut:
        yield f"Envoi interrompu. {report.cut.constat}"
        yield f"→ {report.cut.remede} Restent à envoyer : {len(report.unsent)}."


def _tell_without_address(reminders: Sequence[Reminder]) -> Iterator[str]:
    for reminder in reminders:
        provider = reminder.expected.fournisseur
        yield f"Sans adresse : {reminder.label}. Ajoutez {provider} au fichier de contacts."


def _tell_uncertain(found: Plan | Report) -> Iterator[str]:
    for trace in found.uncertain:
        yield f"Incertain : {trace.label}, coupé pendant la remise. Il n'est pas renvoyé de lui-même."
        yield f"  Cherchez {trace.message_id} au journal du serveur, ou demandez à {trace.fournisseur}."
        yield f'  Arrivé : « ppgd rappels --envoyer --parti "{trace.delivery}" » ; sinon « --perdu ».'
