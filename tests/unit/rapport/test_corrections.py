"""What a report proposes instead of a value that no date can be."""

from datetime import date

import pytest

from pipeline.rapport.corrections import read_loose_date


@pytest.mark.parametrize(
    "text",
    [
        "9;" + "9" * 30 + ";999999",  # a month that no machine integer holds
        "9" * 5000,  # more digits than Python reads
        "1/2/" + "9" * 36,
        "32/13/2024",
        "mars",
    ],
)
def test_what_is_no_date_is_not_read(text):
    assert read_loose_date(text) is None


def test_a_date_is_read_in_words_and_from_a_spreadsheet():
    # 45 663 days after 30/12/1899: 6 January 2025
    assert read_loose_date("lundi 6 janvier 2025") == read_loose_date("45663") == date(2025, 1, 6)
