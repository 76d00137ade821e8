"""Publishes, killed by SIGKILL before the nth change of names: `crash.py <données> <construction> <n>`."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline.publication.releases import publish_release
from pipeline.settings import Settings

STEPS = ("mkdir", "replace", "symlink", "rmdir")


def main(donnees: str, construction: str, steps: str) -> None:
    """Publish, counting down at each change of names."""
    left = int(steps)

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object, **options: object) -> object:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
            return step(*arguments, **options)

        return run

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
    publish_release(Settings.load(Path(donnees)), Path(construction), input_fingerprint="n" * 64)


if __name__ == "__main__":
    main(*sys.argv[1:])
