"""300 files of every feed drawn for `ppgd verifier`, the same at each run."""

from hypothesis import given

from tests.hostile import strategies, verifications
from tests.hostile.proprietes import CAS, cas

CHAQUE_FOIS = cas(CAS, entre=2, derandomize=True)


@CHAQUE_FOIS
@given(case=strategies.octets_abimes())
def test_a_checked_file_gets_its_report(case):
    verifications.a_checked_file_gets_its_report(*case)


@CHAQUE_FOIS
@given(case=strategies.ecrits())
def test_a_report_sent_back_has_the_same_fate(case):
    verifications.a_report_sent_back_has_the_same_fate(*case)
