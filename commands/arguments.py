"""The arguments of ``python -m saliency``, and what can be said of them before torch is imported."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from commands.against_arguments import check_against
from saliency.errors import SaliencyError
from saliency.method_facts import USUAL, MethodFacts, stated_facts, unknown
from saliency.verdict.advice import AreaRole

_LONGEST = 36_500  # days


@dataclass(frozen=True)
class Command:
    """A command; what it does is in the module of its name.

    Attributes:
        help: What it does, in a line.
        add: Adds its arguments.
        check: Raises :class:`SaliencyError` for values that are wrong whatever the photos and the model are.
    """

    help: str
    add: Callable[[argparse.ArgumentParser], None]
    check: Callable[[argparse.Namespace], object]


def facts() -> Mapping[str, MethodFacts]:
    """What is stated of all methods; of the registry itself where that is at hand, as it may have grown."""
    if "saliency.methods" in sys.modules or (stated := stated_facts()) is None:
        from saliency.methods.registry import METHODS

        return METHODS
    return stated


def setting(text: str) -> tuple[str, str]:
    """Name and value of ``--set``.

    Raises:
        SaliencyError: It is not ``NAME=VALUE``.
    """
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise SaliencyError(f"--set needs NAME=VALUE, such as samples=50; it was “{text}”.")
    return name, value


def _method(key: str) -> MethodFacts:
    if key not in facts():
        raise unknown(key, facts())
    return facts()[key]


def _add_photos(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO", help="a photo, or a folder of them")
    parser.add_argument("--model", default="showroom", help="a model's name, or your own folder or file")
    _add_method(parser)
    parser.add_argument("--target", help="the class or tag to explain; the top one if not given")
    parser.add_argument(
        "--rather-than",
        metavar="LABEL",
        help="explain the lead over this class instead, where classes exclude each other",
    )
    parser.add_argument("--framing", choices=["whole", "crop"], default="whole")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--page", type=Path, metavar="FILE.html", help="also write the result as a page to send: one photo"
    )
    _add_device(parser)


def _check_page(options: argparse.Namespace) -> None:
    if options.page is not None and options.page.suffix.lower() not in (".html", ".htm"):
        raise SaliencyError(f"--page needs a file that ends in .html; it was “{options.page}”.")


def _add_method(parser: argparse.ArgumentParser) -> None:
    """Which view; where none is named, the usual one that the model offers."""
    said = "see python -m saliency methods; grad-cam if not given, occlusion for models asked from outside"
    parser.add_argument("--method", help=said)


def _add_device(parser: argparse.ArgumentParser) -> None:
    """Where a model computes, and how exactly."""
    parser.add_argument(
        "--device",
        metavar="auto|cpu|cuda|mps",
        help="where to compute; SPOTLIGHT_DEVICE or auto if not given",
    )
    parser.add_argument(
        "--precision", metavar="full|half", default="full", help="half: quicker on a graphics card"
    )


def _add_explain(parser: argparse.ArgumentParser) -> None:
    _add_photos(parser)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", dest="settings")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where files are written")


def _check_explain(options: argparse.Namespace) -> None:
    _check_page(options)
    _method(options.method or USUAL).check(dict(map(setting, options.settings)))


def _add_check(parser: argparse.ArgumentParser) -> None:
    _add_photos(parser)
    parser.add_argument("--area", action="append", default=[], metavar="X,Y,W,H", help="a box, as shares")
    parser.add_argument("--mask", type=Path, metavar="FILE", help="an outline: a picture, white where it is")
    parser.add_argument("--suggest", action="store_true", help="the strongest separate spots of the map")
    parser.add_argument("--paste", nargs="+", type=Path, default=[], metavar="PHOTO", help="other photos")
    parser.add_argument(
        "--area-is", choices=[*AreaRole], help="what the areas are; what the verdict means follows it"
    )


def _check_check(options: argparse.Namespace) -> None:
    _check_page(options)
    _method(options.method or USUAL)
    if not (options.area or options.mask or options.suggest):
        raise SaliencyError("Name an area with --area x,y,w,h or --mask FILE, or take --suggest.")


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="?", type=Path, metavar="FOLDER|ZIP", help="the photos")
    parser.add_argument("--model", default="showroom", help="a model's name, or your own folder or file")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="JOB",
        help="an older audit (its --out): ask this model about the same photos, and compare the two",
    )
    parser.add_argument(
        "--old-model", metavar="MODEL", help="the model of that audit; found by its name if not given"
    )
    _add_method(parser)
    parser.add_argument("--second", default="", metavar="METHOD", help="a second view to compare with")
    parser.add_argument("--framing", choices=["whole", "crop"], default="whole")
    parser.add_argument("--seed", type=int, default=0)
    _add_device(parser)
    parser.add_argument("--labels", metavar="CSV|folders", help="file,label; or the sub-folders' names")
    parser.add_argument(
        "--target", metavar="TAG", help="of a model that gives tags: the one that the audit asks about"
    )
    parser.add_argument(
        "--at-least",
        type=float,
        metavar="NUMBER",
        help="of a model that gives a number: from which it counts as high, the middle of its usual range if "
        "not given; of one that gives tags: the share from which the tag is given",
    )
    parser.add_argument("--areas", type=Path, metavar="CSV", help="file,x,y,w,h[,name], as shares")
    parser.add_argument(
        "--area", action="append", default=[], metavar="[NAME=]X,Y,W,H", help="a box in all photos, as shares"
    )
    parser.add_argument(
        "--masks",
        type=Path,
        metavar="FOLDER|ZIP",
        help="a mask a photo, of the photo's name; white is the area",
    )
    parser.add_argument("--mask-name", metavar="NAME", help="name of the masks' area; product if not given")
    parser.add_argument(
        "--ray",
        nargs="?",
        const="",
        metavar="HOST:PORT",
        help="compute on a Ray cluster: the one at this address, or the one that runs here, or a new one",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="where results are kept")
    parser.add_argument("--resume", action="store_true", help="go on with the audit in DIR")
    parser.add_argument(
        "--expires", type=int, metavar="DAYS", help="days after which the audit may be deleted"
    )
    parser.add_argument(
        "--judgements",
        type=Path,
        metavar="CSV|JSON",
        help="what findings are, as people say: finding,role[,name,note,by,at]; findings.csv, filled in",
    )
    parser.add_argument(
        "--fail-on",
        choices=["depends", "worse"],
        help="exit code 3: depends, if answers depend on a place that is neither the middle, nor named "
        "product, nor judged to be the product; worse, if the model is shown to be worse than the one of "
        "--against",
    )


def _check_audit(options: argparse.Namespace) -> None:
    check_against(options)
    for key in filter(None, (options.method, options.second)):
        _method(key)
    if options.expires is not None and not 0 <= options.expires <= _LONGEST:
        raise SaliencyError(f"--expires takes 0 to {_LONGEST} days; it was {options.expires}.")
    if options.mask_name is not None and options.masks is None:
        raise SaliencyError("--mask-name is the name of masks, so it needs --masks too.")


def _add_audits(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where audits (their --out) are kept")
    parser.add_argument("--model", metavar="NAME", help="only this model: its name, or its weights' digest")
    parser.add_argument("--csv", action="store_true", help="a table; one JSON object a line if not given")


def _add_remedy(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", type=Path, metavar="JOB_FOLDER", help="where an audit wrote to (its --out)")
    parser.add_argument("--model", help="the model that was audited; found by its name if not given")
    parser.add_argument(
        "--photos", type=Path, metavar="FOLDER", help="the photos, where the audit was of a folder"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--pack", type=Path, metavar="FILE.zip", help="write pictures for whoever trains the model"
    )
    parser.add_argument(
        "--keep",
        nargs="?",
        const="",
        metavar="NAME",
        help="keep the rehearsed model as one of your own; “MODEL, rehearsed” if no name is given",
    )
    _add_device(parser)


def _check_remedy(options: argparse.Namespace) -> None:
    if options.seed < 0:
        raise SaliencyError(f"--seed takes a whole number from 0; it was {options.seed}.")
    if options.pack is not None and options.pack.suffix.lower() != ".zip":
        raise SaliencyError(f"--pack takes the name of a ZIP, such as pack.zip; it was “{options.pack}”.")


def _add_methods(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON")
    usual = os.environ.get("STREAMLIT_SERVER_PORT", "")
    parser.add_argument(
        "--port",
        type=int,
        default=int(usual) if usual.isdecimal() else 8501,
        help="where the page is to answer; STREAMLIT_SERVER_PORT or 8501 if not given",
    )


def _check_doctor(options: argparse.Namespace) -> None:
    if not 0 < options.port < 65536:
        raise SaliencyError(f"--port takes 1 to 65535; it was {options.port}.")


COMMANDS = {
    "explain": Command("explain photos and write overlay, heat map and record", _add_explain, _check_explain),
    "check": Command(
        "cover an area, keep only that area, paste it into other photos, and say what this shows",
        _add_check,
        _check_check,
    ),
    "audit": Command(
        "ask the same questions of a whole set of photos, and say what the set shows",
        _add_audit,
        _check_audit,
    ),
    "audits": Command(
        "list the audits in a folder, the oldest first: was a model better in March?",
        _add_audits,
        lambda options: None,
    ),
    "remedy": Command(
        "rehearse whether pictures without a finding would help, and pack such pictures",
        _add_remedy,
        _check_remedy,
    ),
    "methods": Command("list the methods", _add_methods, lambda options: None),
    "doctor": Command("say what is wrong with this installation", _add_doctor, _check_doctor),
}
