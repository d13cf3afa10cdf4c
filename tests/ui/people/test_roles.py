from __future__ import annotations

import pytest

from saliency.errors import SaliencyError
from ui.people.roles import Role, RoleRules, read_rules, values_of


def test_each_role_includes_those_before_it():
    assert [[one.includes(other) for other in Role] for one in Role] == [
        [True, False, False],
        [True, True, False],
        [True, True, True],
    ]


ANA = {
    "email": "ANA@example.com",
    "email_verified": True,
    "groups": ["Design", "Quality"],
    "realm_access": {"roles": ["audits"]},
}


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
    assert rules.role({"email": email, "email_verified": True}) is Role.VISITOR


def test_letters_that_only_look_alike_are_another_address():
    rules = read_rules({"owners": ["kim@example.com"], "members": ["@strasse.example"]})
    for email in ("\u212aim@example.com", "ana@stra\u00dfe.example", "ana@\u017ftrasse.example"):
        assert rules.role({"email": email, "email_verified": True}) is Role.VISITOR


TENANT = "https://login.example.com/tenant/v2.0"


@pytest.mark.parametrize(
    ("says", "known"),
    [
        ({"email_verified": True}, True),
        ({"email_verified": "true"}, True),
        ({"email_verified": False}, False),
        ({"email_verified": "false"}, False),
        ({"email_verified": None}, False),
        ({"email_verified": 1}, False),
        ({}, False),
    ],
)
def test_an_address_that_the_provider_did_not_verify_counts_for_nothing(says, known):
    said = {"iss": TENANT, "email": "Ana@example.com"} | says
    rules = RoleRules(owners=("ana@example.com",))
    assert rules.address(said) == ("ana@example.com" if known else "")
    assert rules.role(said) is (Role.OWNER if known else Role.MEMBER)


def test_a_trusted_provider_need_not_say_that_an_address_is_verified():
    rules = read_rules({"owners": ["ana@example.com"], "trusted_issuers": [TENANT]})
    said = {"iss": TENANT, "email": "ana@example.com"}
    assert rules.role(said) is Role.OWNER
    assert not rules.address(said | {"email_verified": False})  # it says that it is not
    for other in ("https://login.example.com/another/v2.0", f"{TENANT}/", "", None, []):
        assert not rules.address(said | {"iss": other})


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
        ({"claim": "email", "owner_values": ["ana@example.com"]}, "verified"),
        ({"trusted_issuers": ["Microsoft"]}, "trusted_issuers"),
        ({"trusted_issuers": ["https://login.microsoftonline.com/{tenantid}/v2.0"]}, "trusted_issuers"),
        ({"trusted_issuers": "https://a.example"}, "trusted_issuers"),
        ({"owner_values": ["Quality"]}, "claim"),
        ({"claim": 5, "owner_values": ["Quality"]}, "claim"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(settings, named):
    with pytest.raises(SaliencyError, match=named):
        read_rules(settings)
