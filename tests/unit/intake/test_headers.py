"""A file in the folder of another feed is told by its headers, whatever the two feeds."""

import pytest

from pipeline.errors import DeliveryRefusedError
from pipeline.feeds import Feed, load_feeds
from pipeline.intake.headers import HeaderBook

FEEDS = sorted(load_feeds().values(), key=lambda feed: feed.name)


def check(feed: Feed, headers: list[str]) -> None:
    book = HeaderBook(feed)
    book.refuse_file_of_another(headers, FEEDS)
    book.map_headers(headers)


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_the_headers_of_every_other_feed_are_refused(feed):
    for other in FEEDS:
        headers = [column.name for column in other.columns]
        if other == feed:
            check(feed, headers)
            continue
        with pytest.raises(DeliveryRefusedError) as refusal:
            check(feed, headers)
        assert refusal.value.remede


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.name)
def test_headers_that_nobody_knows_do_not_make_another_feed(feed):
    check(feed, [*(column.name for column in feed.columns), "NOTES", "", "OBSERVATIONS LIBRES"])


def test_a_feed_whose_columns_another_one_also_has_is_named():
    feeds = load_feeds()
    headers = [column.name for column in feeds["sne/radiations"].columns]
    with pytest.raises(DeliveryRefusedError, match="Déplacez-le dans raw/sne/radiations/<periode>/"):
        check(feeds["sne/demandes"], headers)
