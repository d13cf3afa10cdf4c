"""The words of "Share this result"."""

from __future__ import annotations

from datetime import datetime

SHARE = "Share this result"
WHAT = (
    "A page with **the photo and its name**, the heat map, the verdict with its test, and how it was made. "
    "It opens in any browser, without this server and without a network."
)
FILE_WARNING = "Whoever has the file sees the photo, and can hand it on."
PAGE = "Page to send (HTML)"
PAGE_HELP = "One file, below 1.5 MB. The strength of the colours can still be changed in it."

BY_LINK = "Or by a link"
WHO = (
    "**Everyone who signs in here and has the link** sees this page, until it ends or you take it back. "
    "Whoever has seen it by then may have kept a copy."
)
LASTS = "The link lasts"
LENGTHS = {1: "a day", 7: "a week", 30: "a month"}
MAKE = "Make a link"
MADE = "Send this link to your colleagues. It ends on {ends}."
MINE = "My links"
OTHERS = "Links of others ({count})"
OTHERS_HELP = "You are an owner of this server: you can take back everybody's links."
SOMEBODY = "somebody"
UNTIL = "until {ends}"
TAKE_BACK, TAKEN_BACK = "Take back", "The link is taken back: it leads nowhere now."

TOO_MANY = (
    "You have as many links as one person can have: {most}, or {megabytes} MB together. Take one back first."
)
SERVER_FULL = (
    "This server keeps no more links for now. Download the page instead, or ask whoever runs the server."
)
NOT_KEPT = (
    "The page could not be kept on this server: {reason} Download it instead, or ask whoever runs the server."
)
BUSY = "Others are making links. Try again in a minute."
NOT_YOURS = (
    "This link is somebody else's. The person who made it, or an owner of this server, can take it back."
)
NOT_DELETED = "The link could not be taken back: {reason} Tell whoever runs the server."

NOT_HERE = "Nothing is shared here. The link may have ended, or whoever made it took it back."
SIGN_IN_FIRST, SIGN_IN = "Sign in to see this page", "Sign in"
THEN = (
    "It is for people who sign in to this server. Sign in; if you do not come to the page then, open its "
    "link once more."
)


def day(when: float) -> str:
    """A day and the time, from seconds since 1970."""
    moment = datetime.fromtimestamp(when)
    return f"{moment.day} {moment:%B %Y, %H:%M}"
