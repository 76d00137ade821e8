"""300 files drawn for every feed, the same at each run; tests/endurance draws 5,000 others."""

from hypothesis import given

from tests.hostile import proprietes, strategies, verifications
from tests.hostile.proprietes import CAS, cas

CHAQUE_FOIS = cas(CAS, derandomize=True)
VERIFIES = cas(CAS * 3 // 5, derandomize=True)


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


@VERIFIES
@given(case=strategies.octets_abimes())
def test_a_checked_file_gets_its_report(case):
    verifications.a_checked_file_gets_its_report(*case)


@VERIFIES
@given(case=strategies.ecrits())
def test_a_report_sent_back_has_the_same_fate(case):
    verifications.a_report_sent_back_has_the_same_fate(*case)
