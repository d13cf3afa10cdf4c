"""Sentences about signing in, roles and what somebody may do."""

from __future__ import annotations

from ui.people.roles import Role

SIGN_IN, SIGN_IN_WITH = "Sign in", "Sign in with {provider}"
SIGN_OUT = "Sign out"
ACCOUNT = "Your account"
INTRO = "See which part of a photo an image model's answer depends on, and test it."
NO_PASSWORD = "You sign in on a page of your company or provider. Spotlight never sees your password."
OVER = "Your sign-in has run out. Sign in again to go on where you were; your audits have gone on."
FAILED = "That did not work: you are not signed in. Try again, or tell whoever runs this server."
ELSEWHERE = "You opened Spotlight under another address than the one at which people sign in. Go there:"
NOT_SET = "Nobody can sign in yet. For whoever runs this server: {problem}"

REFUSED = {
    "audit": "Audits are for members.",
    "models": "The models of this server are for members.",
}
"""Why a page is not for everybody, by its name."""
TO_MEMBERS = "You are signed in as a visitor{address}: ask whoever runs this server to make you a member."
TO_VISITORS = "Sign in to go on."
ROLES = {
    Role.VISITOR: "You are a visitor: you can look at samples and at photos of your own.",
    Role.MEMBER: "You are a member: you can look at photos and make audits.",
    Role.OWNER: (
        "You are an owner: you can look at photos, make audits, add models, see everybody's audits, and take "
        "back everybody's links."
    ),
}
UNVERIFIED = (
    "Your sign-in provider does not confirm a mail address of yours, so none counts here: "
    "neither for your role, nor for audits that colleagues share by address. Whoever runs this server can "
    "change that."
)
KEPT = (
    "Spotlight has your name and address from whoever signed you in, for as long as you are signed in. With "
    "your audits and links it keeps your name and a number that tells you apart from others."
)
