"""The page of definitions: dbt's own, its labels in French, and no quote that would break its script."""

import pytest

from pipeline.definitions_page import _LABELS, _PHRASES, in_french, write_definitions
from pipeline.errors import MisuseError


def test_before_any_build_it_says_what_to_do(reglages):
    with pytest.raises(MisuseError, match="ppgd construire"):
        write_definitions(reglages)


def test_labels_hold_nothing_that_ends_a_string():
    assert [label for label in (*_LABELS.values(),) if {"'", '"', "\\", "<"} & set(label)] == []
    assert all(english != french for english, french in _PHRASES.items())


def test_only_whole_labels_are_translated():
    page = "<b>Name</b><b>\\n   Columns\\n</b><p>Name of the table</p>"
    assert in_french(page) == "<b>Nom</b><b>\\n   Colonnes\\n</b><p>Name of the table</p>"
