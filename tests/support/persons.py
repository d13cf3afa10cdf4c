"""People who use a server: who signed in, browsers that nobody signed in with, one's own computer."""

from __future__ import annotations

from ui.people.person import THIS_COMPUTER, Person
from ui.people.roles import Role

ANA = Person("person-a", "Ana Lima", Role.MEMBER, "ana@example.com", signed_in=True)
BEN = Person("person-b", "Ben Okoro", Role.MEMBER, "ben@example.com", signed_in=True)
EVE = Person("person-e", "", Role.VISITOR, "eve@example.com", signed_in=True)
OLGA = Person("person-o", "Olga", Role.OWNER, "olga@example.com", signed_in=True)
NAMELESS = Person("person-n", "", Role.MEMBER, signed_in=True)
BROWSER = Person("browser-1", "", Role.MEMBER)
OTHER_BROWSER = Person("browser-2", "", Role.MEMBER)
UNKNOWN = Person("tab-1", "", Role.VISITOR)
HERE = Person(THIS_COMPUTER, "", Role.OWNER)
EVERYBODY = (ANA, BEN, EVE, OLGA, NAMELESS, BROWSER, OTHER_BROWSER, UNKNOWN, HERE)
