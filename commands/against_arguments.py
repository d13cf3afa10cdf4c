"""Whether the arguments of ``audit --against JOB`` fit together, before torch is imported."""

from __future__ import annotations

import argparse

from saliency.errors import SaliencyError

_OF_THE_OLD_ONE = ("labels", "areas", "area", "masks", "mask_name")


def check_against(options: argparse.Namespace) -> None:
    """Make sure that what is asked fits together.

    Raises:
        SaliencyError: It does not.
    """
    if options.against is None:
        if options.source is None:
            raise SaliencyError("Name the folder or ZIP with the photos, or an audit with --against JOB.")
        for name, given in (
            ("--old-model", options.old_model),
            ("--fail-on worse", options.fail_on == "worse"),
        ):
            if given:
                raise SaliencyError(f"{name} compares with an older audit, so it needs --against JOB too.")
        return
    for name in _OF_THE_OLD_ONE:
        if getattr(options, name):
            flag = f"--{name.replace('_', '-')}"
            raise SaliencyError(f"With --against, {flag} is taken from the audit in JOB: leave it out.")
    if options.source is not None and not options.source.is_dir():
        raise SaliencyError("With --against, FOLDER says where the photos of that audit are now: a folder.")
    if options.against.resolve() == options.out.resolve():
        raise SaliencyError(
            "--against and --out are the same folder. Give the new audit a folder of its own."
        )
