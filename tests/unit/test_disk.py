"""What the disk refused is found behind any chain of errors, even one that goes round."""

import errno

from pipeline.disk import disk_error


def test_a_chain_of_errors_that_goes_round_is_read_once():
    first, second = RuntimeError("un"), RuntimeError("deux")
    first.__context__, second.__context__ = second, first
    assert disk_error(first) is None
    second.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/donnees")
    assert str(disk_error(first)).startswith("Le disque est plein (/donnees).")
