"""300 files of every feed drawn for the door, the same at each run; tests/endurance draws 5,000 others."""

from hypothesis import given

from tests.hostile import proprietes, strategies
from tests.hostile.proprietes import CAS, cas

CHAQUE_FOIS = cas(CAS, entre=3, derandomize=True)


@CHAQUE_FOIS
@given(case=strategies.octets_abimes())
def test_nothing_breaks_and_nothing_is_lost(case):
    proprietes.nothing_breaks_and_nothing_is_lost(*case)


@CHAQUE_FOIS
@given(case=strategies.recopies())
def test_writing_changes_nothing(case):
    proprietes.writing_changes_nothing(*case)


@CHAQUE_FOIS
@given(case=strategies.reperes())
def test_a_line_number_points_to_its_line(case):
    proprietes.a_line_number_points_to_its_line(*case)
