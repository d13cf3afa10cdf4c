"""Which role somebody has who signed in, from the claims of the provider and the server's settings.

Claims are what a provider of sign-in says of somebody: an address, a name, groups.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from saliency.errors import SaliencyError

Claims = Mapping[str, Any]

_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class Role(StrEnum):
    """What somebody may do; each role includes those before it.

    A visitor may look at samples and photos of their own, a member may make audits, an owner may add models,
    see everybody's audits and change settings.
    """

    VISITOR = "visitor"
    MEMBER = "member"
    OWNER = "owner"

    def includes(self, other: Role) -> bool:
        """Whether whoever has this role may do what the other one may."""
        roles = list(Role)
        return roles.index(self) >= roles.index(other)


@dataclass(frozen=True)
class RoleRules:
    """Who has which role, as the section ``[spotlight.roles]`` says it.

    Attributes:
        owners: Mail addresses, or all of a domain (``@example.com``).
        members: The same; where neither these nor `member_values` are given, all who signed in are members.
        claim: The claim that holds values; a dot leads into one (``realm_access.roles``).
        owner_values: Values of the claim that make an owner.
        member_values: Values of the claim that make a member.
        trusted_issuers: Providers whose addresses count although they do not say that they are verified, as
            they call themselves in the claim ``iss``.
    """

    owners: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    claim: str = ""
    owner_values: tuple[str, ...] = ()
    member_values: tuple[str, ...] = ()
    trusted_issuers: tuple[str, ...] = ()

    def role(self, claims: Claims) -> Role:
        """The role of somebody who signed in."""
        address, values = self.address(claims), values_of(claims, self.claim)
        if _listed(address, self.owners) or values & set(self.owner_values):
            return Role.OWNER
        everybody = not self.members and not self.member_values
        if everybody or _listed(address, self.members) or values & set(self.member_values):
            return Role.MEMBER
        return Role.VISITOR

    def address(self, claims: Claims) -> str:
        """The mail address in small letters; empty where there is none, or none that can be relied on.

        It can be where the provider says that it is verified, or says nothing about that and is trusted: of
        some providers, anybody can have any address.
        """
        address = claims.get("email")
        verified = claims.get("email_verified", claims.get("iss") in self.trusted_issuers)
        if not isinstance(address, str) or not (verified is True or verified == "true"):
            return ""
        return small(address.strip())


def read_rules(settings: Mapping[str, Any]) -> RoleRules:
    """The rules that the settings state.

    Raises:
        SaliencyError: They cannot be read: an unknown name, no list, an address that is none.
    """
    unknown = set(settings) - set(RoleRules.__dataclass_fields__)
    if unknown:
        known = ", ".join(RoleRules.__dataclass_fields__)
        raise SaliencyError(f"[spotlight.roles] has {', '.join(sorted(unknown))}; expected: {known}.")
    claim = settings.get("claim", "")
    lists = {
        name: _list(name, settings.get(name, []))
        for name in RoleRules.__dataclass_fields__
        if name != "claim"
    }
    for name in ("owners", "members"):
        wrong = [entry for entry in lists[name] if not _is_address(entry)]
        if wrong:
            raise SaliencyError(
                f"[spotlight.roles] {name} has “{wrong[0]}”; expected: mail addresses (ana@example.com) or "
                "domains (@example.com). Values of a claim go into "
                f"{name.removesuffix('s')}_values."
            )
    for entry in lists["trusted_issuers"]:
        if not entry.startswith(("https://", "http://")) or "{" in entry:
            raise SaliencyError(
                f"[spotlight.roles] trusted_issuers has “{entry}”; expected: what a provider calls itself "
                "(the claim iss), such as https://login.microsoftonline.com/TENANT/v2.0."
            )
    if claim == "email":
        raise SaliencyError(
            "[spotlight.roles] claim is “email”; expected: a claim such as “groups”. Mail addresses go into "
            "owners and members, which count only those that are verified."
        )
    valued = bool(lists["owner_values"] or lists["member_values"])
    if not isinstance(claim, str) or bool(claim) != valued:
        raise SaliencyError(
            "[spotlight.roles] needs both or neither: claim, the name of a claim such as “groups”, and "
            "owner_values or member_values, a list of what it holds."
        )
    return RoleRules(claim=claim, **lists)


def small(address: str) -> str:
    """A mail address in small letters: A to Z alone, so that no two addresses become one (K as Kelvin's)."""
    return address.translate(_SMALL)


def values_of(claims: Claims, claim: str) -> set[str]:
    """What a claim holds, one value or several; nothing where there is no such claim."""
    held: Any = claims.get(claim) if claim else None
    if held is None and claim:
        held = claims
        for part in claim.split("."):
            held = held.get(part) if isinstance(held, Mapping) else None
    entries = held if isinstance(held, (list, tuple)) else [held]
    return {entry for entry in entries if isinstance(entry, str)}


def _list(name: str, entries: object) -> tuple[str, ...]:
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, str) for entry in entries):
        raise SaliencyError(f'[spotlight.roles] {name} is no list of texts; expected: {name} = ["…", "…"].')
    return tuple(entry.strip() for entry in entries)


def _is_address(entry: str) -> bool:
    _, at, domain = entry.rpartition("@")
    return bool(at and domain) and " " not in entry


def _listed(address: str, entries: tuple[str, ...]) -> bool:
    """Whether an address is listed, or all of its domain; the same letters, large or small."""
    wanted = {small(entry) for entry in entries}
    return bool(address) and (address in wanted or f"@{address.rpartition('@')[2]}" in wanted)
