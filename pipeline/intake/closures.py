"""Closed deliveries: those of a purged period can no longer be replaced (règle R0.2)."""

from dataclasses import dataclass
from datetime import date

from pipeline.feeds import Feed
from pipeline.periods import Periode

Place = tuple[str, str, str]
"""Feed, period and provider of a delivery."""


IDENTIFYING = ("numero_unique", "pseudonyme")


def concerns_demandes(feed: Feed) -> bool:
    """Tell whether the rows of a feed are about demandes, so that a purge cuts their links."""
    return any(column.treatment in IDENTIFYING for column in feed.columns)


@dataclass(frozen=True)
class Closures:
    """What the purges closed: every period ended by `until`, and the later deliveries they touched."""

    until: date | None = None
    purged_on: date | None = None
    touched: frozenset[Place] = frozenset()

    def hold(self, feed: Feed, periode: str, fournisseur: str) -> bool:
        """Tell whether a delivery can no longer be replaced, nor a missing one come."""
        if self.until is None or not concerns_demandes(feed):
            return False
        ended = Periode.parse(periode).dernier_jour <= self.until
        return ended or (feed.key, periode, fournisseur) in self.touched

    def reason(self, feed: Feed, periode: str, fournisseur: str) -> str | None:
        """Say why a delivery cannot enter, or return None when it can."""
        if not self.hold(feed, periode, fournisseur):
            return None
        return (
            f"Période close : {periode} a été purgée le {self.purged_on:%d/%m/%Y} "
            f"(demandes closes au {self.until:%d/%m/%Y}). Ses liens sont coupés : ce fichier compterait "
            "deux fois les mêmes demandes. Retirez-le ; ce qui avait été accepté reste en place"
        )
