"""What is stated of the methods, readable in a moment: their modules are read as text, and none is run.

A list of the methods and their settings, or a misspelt name, should not wait for torch. What a method states
stands once, in the arguments of ``@method`` above its function, of which the registry
(:mod:`saliency.methods.registry`) is made too.
"""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from saliency.errors import SaliencyError

USUAL = "grad-cam"
"""The method that is taken where none is named and the model offers it."""

_METHODS = "saliency.methods"


@dataclass(frozen=True)
class Setting:
    """A number or word that changes what a method computes; its type is the default's.

    Attributes:
        low: Smallest value allowed (numbers).
        high: Largest value allowed (numbers).
        choices: The words allowed (words).
        sentence: What it does, for a person.
        of_side: The least and the most that the default may be, as shares of the picture's short side, for
            lengths in points: what suits most pictures would hide a small one whole, and take hours for a
            large one.
    """

    name: str
    default: int | float | str
    low: float = float("-inf")
    high: float = float("inf")
    choices: tuple[str, ...] = ()
    sentence: str = ""
    of_side: tuple[float, float] | None = None

    def default_for(self, side: int | None) -> int | float | str:
        """The default, for pictures of that short side in points."""
        if side is None or self.of_side is None or isinstance(self.default, str):
            return self.default
        least, most = (int(share * side) for share in self.of_side)
        return max(int(self.low), min(max(self.default, least), most))

    def parse(self, value: object) -> int | float | str:
        """The value, checked.

        Raises:
            SaliencyError: It is of the wrong kind or out of range.
        """
        if isinstance(self.default, str):
            if value not in self.choices:
                raise SaliencyError(f"{self.name} can be {', '.join(self.choices)}; it was “{value}”.")
            return str(value)
        whole = isinstance(self.default, int)
        try:
            number = float(str(value))
        except ValueError:
            number = float("nan")
        if not self.low <= number <= self.high or (whole and not number.is_integer()):
            noun = "a whole number" if whole else "a number"
            raise SaliencyError(
                f"{self.name} has to be {noun} from {self.low:g} to {self.high:g}; it was “{value}”."
            )
        return int(number) if whole else number


@dataclass(frozen=True, kw_only=True)
class MethodFacts:
    """What is stated of a method.

    Attributes:
        key: Its name in code, links and on the command line, such as ``grad-cam``.
        name: Its name on the screen.
        sentence: One plain sentence: what it does.
        paper: Author and year, title, and the equation implemented.
        signed: Whether negative values mean something (influence against the class).
        class_specific: Whether the map depends on the class asked for.
        passes: Rough cost at default settings, in forward passes of the model.
        needs: What a model must offer, a subset of :attr:`saliency.network.graph.Graph.offers`.
        settings: What can be set, by name.
    """

    key: str
    name: str
    sentence: str
    paper: str
    passes: float
    needs: frozenset[str]
    signed: bool = False
    class_specific: bool = True
    settings: Mapping[str, Setting]

    def check(self, settings: Mapping[str, object], side: int | None = None) -> dict[str, int | float | str]:
        """All settings with defaults filled in.

        Args:
            settings: Those that somebody chose.
            side: Short side of the picture in points, which some defaults follow.

        Raises:
            SaliencyError: An unknown setting, or a value out of range.
        """
        for name in settings:
            if name not in self.settings:
                names = ", ".join(self.settings) or "none"
                raise SaliencyError(f"{self.key} has no setting called “{name}”. Its settings: {names}.")
        return {
            name: setting.parse(settings.get(name, setting.default_for(side)))
            for name, setting in self.settings.items()
        }


def unknown(key: str, keys: Iterable[str]) -> SaliencyError:
    """The error for a method that is not among ``keys``, with the nearest ones."""
    near = difflib.get_close_matches(key, keys := list(keys), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Choose one of: {', '.join(keys)}."
    return SaliencyError(f"There is no method called “{key}”. {hint}")


@cache
def stated_facts() -> Mapping[str, MethodFacts] | None:
    """The facts by key, in the order of the registry, without importing torch.

    Returns:
        ``None`` where arguments of ``@method`` are more than constants: the registry alone knows then.
    """
    try:
        folder = _path(_METHODS).parent
        places = {name: place for place, name in enumerate(_Module(_METHODS)["_ORDER"])}
        names = sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")
        names.sort(key=lambda name: places.get(name, len(places)))
        facts = [fact for name in names for fact in _facts_in(_Module(f"{_METHODS}.{name}"))]
    except (OSError, SyntaxError, NameError, KeyError, TypeError, ValueError, AttributeError):
        return None
    return {fact.key: fact for fact in facts}


class _Module(dict[str, Any]):
    """The constants of a module by name, each evaluated when it is asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(Setting=Setting, set=set)
        self.tree = ast.parse(_path(name).read_text(encoding="utf-8"))

    def __missing__(self, name: str) -> Any:
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and node.module and _imports(node, name):
                return _Module(node.module)[name]
            if isinstance(node, ast.Assign) and any(ast.unparse(target) == name for target in node.targets):
                return self.value(node.value)
        raise KeyError(name)

    def value(self, node: ast.expr) -> Any:
        """What an expression of constants comes to."""
        return eval(compile(ast.Expression(node), "<stated>", "eval"), {"__builtins__": {}}, self)


def _facts_in(module: _Module) -> list[MethodFacts]:
    """The facts of the methods of a module, from top to bottom."""
    decorators = (
        decorator
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "method"
    )
    known = {field.name for field in fields(MethodFacts)}
    facts = []
    for decorator in decorators:
        stated: dict[str, Any] = {
            str(k.arg): module.value(k.value) for k in decorator.keywords if k.arg in known
        }
        stated["needs"] = frozenset(stated["needs"])
        stated["settings"] = {setting.name: setting for setting in stated.get("settings", ())}
        facts.append(MethodFacts(**stated))
    return facts


def _imports(node: ast.ImportFrom, name: str) -> bool:
    return any(alias.name == name and alias.asname is None for alias in node.names)


def _path(module: str) -> Path:
    """The file of a module of this package; of a package its ``__init__``."""
    path = Path(__file__).parents[1].joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
