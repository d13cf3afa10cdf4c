"""The words of whose an audit is, with whom it is shared, and how much one person may ask for."""

from __future__ import annotations

from ui.audit.ownership.access import Access
from ui.people.person import THIS_COMPUTER, Action, Person, is_of_tab, may
from ui.words import plain

HERE = (
    "Only this computer opens this page, so whoever sits at it sees these audits and their photos. Photos "
    "are kept no longer than their audit, and leave this computer only where the model is asked at another "
    "one."
)
BROWSER = (
    "Audits belong to the browser that made them: nobody else lists, opens or deletes them. On another "
    "computer, in a private window, or once this browser's cookies are deleted, they cannot be opened any "
    "more. "
)
TAB = (
    "This browser keeps no cookies, so audits belong to this tab: nobody else can open them, and "
    "neither can you once it is closed. Allow cookies for this page, and load it anew, before you begin one. "
)
PRIVATE = "Your audits are yours alone, until you share one. "
KEPT = (
    "Photos are kept no longer than their audit, and leave the server only where the model is asked at "
    "another one."
)
OWNERS = "You see everybody's audits, as you are an owner of this server. "

SHARED_WITH_YOU, OTHERS = "Shared with you", "Of others ({count})"
OTHERS_HELP = (
    "Audits of all others, which only owners of the server see. Those without a name are from before "
    "audits had owners, or the file that says whose they are is damaged."
)
AS = "You are signed in as {address}."
OF = "of {name}"
OF_BROWSER = "of a browser, not signed in"
OF_COMPUTER = "made at this computer"
OF_NOBODY = "nobody's"
WITH_EVERYONE = ":material/group: shared with all members"
WITH_NAMED = ":material/group: shared with {who}"

SHARE = "Share"
SHARING = "Who may open this audit"
KINDS = {"nobody": "Only you", "named": "Colleagues", "everyone": "All members"}
KINDS_OF_OTHERS = {**KINDS, "nobody": "Only the person who made it"}
NAMED = "Their mail addresses"
NAMED_HELP = "The addresses they sign in with here; with commas or new lines between them."
WHAT = (
    "Once they have signed in, they see all photos, results and reports of this audit, and can take them "
    "along. They cannot change, share or delete it. What they have taken along stays with them when you take "
    "it back."
)
SAVE, TAKE_BACK = "Share with them", "Take back"
SAVED, TAKEN_BACK = "It is shared. Send them the address.", "It is open to nobody else any more."
LINK = "Its address opens it for them, for you and for owners of this server, and for nobody else:"

_SOME = 2  # colleagues who are named in a line

TOO_MANY_AUDITS = (
    "{count} audits of yours are waiting or at work, which is as many as one person may have here at once. "
    "Wait until one is finished, or pause or delete one."
)
TOO_MANY_PHOTOS = (
    "With these {new:,} photos, your audits would hold {all:,}; one person may keep {most:,} here. Choose "
    "fewer, or delete an audit that you no longer need."
)


def rule(visitor: Person) -> str:
    """Whose audits are, for whoever looks at the list."""
    if visitor.key == THIS_COMPUTER:
        return HERE
    if not visitor.signed_in:
        return f"{TAB if is_of_tab(visitor.key) else BROWSER}{KEPT}"
    return f"{PRIVATE}{OWNERS if may(visitor, Action.SEE_ALL) else ''}{KEPT}"


def standing(access: Access, visitor: Person) -> list[str]:
    """Whose an audit is, for somebody else, and with whom it is shared."""
    whose = [] if access.belongs_to(visitor) else [_whose(access)]
    if not access.may_change(visitor):
        return whose
    if access.everyone:
        return [*whose, WITH_EVERYONE]
    named = access.named
    who = ", ".join(named[:_SOME]) + (f" and {len(named) - _SOME} more" if len(named) > _SOME else "")
    return [*whose, WITH_NAMED.format(who=plain(who))] if named else whose


def _whose(access: Access) -> str:
    if access.name:
        return OF.format(name=plain(access.name))
    return {"": OF_NOBODY, THIS_COMPUTER: OF_COMPUTER}.get(access.owner, OF_BROWSER)
