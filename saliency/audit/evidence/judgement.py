"""What a person says of a finding: whether it is the product is nothing that an audit can measure."""

from __future__ import annotations

from dataclasses import dataclass

from saliency.verdict.advice import AreaRole


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a finding is, as a person says; the fields are keys of ``findings.json``.

    Attributes:
        role: What it is.
        name: What people call it; empty where nobody said.
        note: Why, or what else is to be known; may be empty.
        by: Who said so; empty where nobody is named.
        at: When, in ISO format.
    """

    role: AreaRole
    name: str = ""
    note: str = ""
    by: str = ""
    at: str = ""
