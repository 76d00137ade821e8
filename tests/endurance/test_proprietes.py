"""5,000 files drawn for the door, 5,000 for `ppgd verifier`; pytest's seed, printed, brings them back."""

import pytest
from hypothesis import given

from tests.hostile import proprietes, strategies, verifications
from tests.hostile.proprietes import CAS_D_ENDURANCE, cas

pytestmark = pytest.mark.endurance
LONGTEMPS = cas(CAS_D_ENDURANCE, entre=3, derandomize=False)
VERIFIES = cas(CAS_D_ENDURANCE, entre=2, derandomize=False)


@LONGTEMPS
@given(case=strategies.octets_abimes())
def test_nothing_breaks_and_nothing_is_lost(case):
    proprietes.nothing_breaks_and_nothing_is_lost(*case)


@LONGTEMPS
@given(case=strategies.recopies())
def test_writing_changes_nothing(case):
    proprietes.writing_changes_nothing(*case)


@LONGTEMPS
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
