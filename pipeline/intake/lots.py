"""Which deliveries are decided together: the tables of one lot, same period and provider (règle R0.8)."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.feeds import Feed
from pipeline.intake.deliveries import Delivery

Group = tuple[Delivery, ...]


def group_by_lot(
    waiting: Sequence[Delivery], present: Sequence[Delivery], feeds: Mapping[str, Feed]
) -> list[Group]:
    """Return the groups to decide on, oldest first.

    A delivery outside any lot is alone. A lot holds every file present of its tables for that
    period and provider, as soon as one of them waits; its reference tables come first.
    """
    groups: dict[tuple[str, ...], Group] = {}
    for delivery in waiting:
        lot = feeds[delivery.feed_key].lot
        if lot is None:
            groups[str(delivery.path), ""] = (delivery,)
            continue
        members = [
            other
            for other in present
            if feeds[other.feed_key].lot == lot
            and (other.periode, other.fournisseur) == (delivery.periode, delivery.fournisseur)
        ]
        members.sort(key=lambda member: feeds[member.feed_key].references is None)
        groups[lot, delivery.periode, delivery.fournisseur] = tuple(members)
    return list(groups.values())


def chain_of(group: Group, feeds: Mapping[str, Feed]) -> tuple[str, str]:
    """Return what the groups that follow one another share: their lot or feed, and their provider."""
    first = group[0]
    return feeds[first.feed_key].lot or first.feed_key, first.fournisseur


def last_of_each_feed(group: Iterable[Delivery]) -> frozenset[Delivery]:
    """Return the last arrived file of each table: the ones whose decisions bind the lot."""
    return frozenset({delivery.feed_key: delivery for delivery in group}.values())
