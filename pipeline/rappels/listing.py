"""The list of what is expected, for a person and for a program."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.rappels.situations import Situation, State
from pipeline.rappels.wording import told_days

_STATES = {
    State.RECEIVED: "reçu",
    State.TO_JUDGE: "reçu, à décider",
    State.REFUSED: "refusé",
    State.NOTHING: "attendu",
}
_LATE = {State.REFUSED: "refusé, en retard", State.NOTHING: "en retard"}


def tell_expected(situations: Sequence[Situation]) -> Iterator[str]:
    """Yield what is still missing, one line each, the late ones first; then every state, in numbers."""
    if not situations:
        return
    yield f"Attendus au {situations[0].day:%d/%m/%Y}"
    for situation in sorted(situations, key=_late_first):
        if situation.is_missing:
            due = _told_due(situation)
            yield f"  {_told_state(situation):<18} {situation.expected.label}, échéance {due}"
    states = sorted(map(_told_state, situations))
    yield f"  {' ; '.join(f'{state} : {len(list(same))}' for state, same in groupby(states))}."


def as_rows(situations: Sequence[Situation]) -> list[dict[str, object]]:
    """Return the expected deliveries as programs read them."""
    return [
        {
            "flux": situation.expected.flux,
            "periode": situation.expected.periode.code,
            "fournisseur": situation.expected.fournisseur,
            "echeance": situation.expected.echeance.isoformat(),
            "etat": situation.state.value,
            "en_retard": situation.is_late,
        }
        for situation in situations
    ]


def _late_first(situation: Situation) -> tuple[object, ...]:
    return not situation.is_late, situation.expected.echeance, situation.expected


def _told_state(situation: Situation) -> str:
    return (_LATE if situation.is_late else _STATES)[situation.state]


def _told_due(situation: Situation) -> str:
    due, days = f"{situation.expected.echeance:%d/%m/%Y}", situation.days_left
    return f"{due} (il y a {told_days(-days)})" if days < 0 else f"{due} (dans {told_days(days)})"
