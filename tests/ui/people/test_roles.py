from __future__ import annotations

import pytest

from saliency.errors import SaliencyError
from ui.people.roles import Role, address_of, read_rules, values_of


def test_each_role_includes_those_before_it():
    assert [[one.includes(other) for other in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


ANA = {"email": "ANA@example.com", "groups": ["Design", "Quality"], "realm_access": {"roles": ["audits"]}}


@pytest.mark.parametrize(
    ("settings", "role"),
    [
        ({}, Role.MEMBER),
        ({"owners": ["Ana@Example.com"]}, Role.OWNER),
        ({"owners": ["bo@example.com"]}, Role.MEMBER),
        ({"owners": ["@example.com"]}, Role.OWNER),
        ({"members": ["bo@example.com"]}, Role.VISITOR),
        ({"members": ["@example.com"]}, Role.MEMBER),
        ({"members": ["@ample.com"]}, Role.VISITOR),
        ({"members": ["@sub.example.com"]}, Role.VISITOR),
        ({"claim": "groups", "owner_values": ["Quality"]}, Role.OWNER),
        ({"claim": "groups", "owner_values": ["quality"]}, Role.MEMBER),  # another group
        ({"claim": "groups", "member_values": ["Sales"]}, Role.VISITOR),
        ({"claim": "groups", "member_values": ["Sales"], "members": ["@example.com"]}, Role.MEMBER),
        ({"claim": "realm_access.roles", "owner_values": ["audits"]}, Role.OWNER),
    ],
)
def test_who_has_which_role(settings, role):
    assert read_rules(settings).role(ANA) is role


@pytest.mark.parametrize(
    "email", [None, "", 7, ["ana@example.com"], "ana@example.com.evil.example", "@example.com@x"]
)
def test_what_is_no_address_of_the_list_makes_nobody_an_owner(email):
    rules = read_rules({"owners": ["ana@example.com", "@example.com"], "members": ["@example.com"]})
    assert rules.role({"email": email}) is Role.VISITOR


@pytest.mark.parametrize(
    ("verified", "known"), [(True, True), ("true", True), (False, False), ("false", False)]
)
def test_an_address_that_the_provider_did_not_verify_counts_for_nothing(verified, known):
    assert bool(address_of({"email": "ana@example.com", "email_verified": verified})) is known


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("", set()),
        ("missing", set()),
        ("one", {"a"}),
        ("several", {"a", "b"}),
        ("odd", set()),
        ("deep.er", {"c"}),
        ("deep.er.still", set()),
        ("https://example.com/roles", {"d"}),
    ],
)
def test_what_a_claim_holds(claim, held):
    claims = {
        "one": "a",
        "several": ["a", "b", 3],
        "odd": 5,
        "deep": {"er": ["c"]},
        "https://example.com/roles": ["d"],
    }
    assert values_of(claims, claim) == held


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"owner": ["ana@example.com"]}, "owners"),
        ({"owners": "ana@example.com"}, "owners"),
        ({"owners": [3]}, "owners"),
        ({"owners": ["Quality"]}, "owners_?values|owner_values"),
        ({"members": ["@"]}, "members"),
        ({"claim": "groups"}, "owner_values"),
        ({"owner_values": ["Quality"]}, "claim"),
        ({"claim": 5, "owner_values": ["Quality"]}, "claim"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings, named):
    with pytest.raises(SaliencyError, match=named):
        read_rules(settings)
