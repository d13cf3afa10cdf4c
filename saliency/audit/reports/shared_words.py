"""What wrong photos share, in sentences: an observation, with its numbers, and never a cause."""

from __future__ import annotations

from saliency.audit.evidence.wrong_photos import SharedProperty

QUARTERS = {
    "darkest": "the darkest quarter",
    "brightest": "the brightest quarter",
    "flattest": "the quarter with the least contrast",
    "blurriest": "the least sharp quarter",
    "smallest": "the quarter with the fewest pixels",
    "widest": "the widest quarter",
    "tallest": "the tallest quarter",
}
COMPARED = "marked areas, places on which answers depend, light, contrast, sharpness, size and shape"
"""What photos are compared by."""

_PHOTOS = {
    "darkest": "dark",
    "brightest": "bright",
    "flattest": "low-contrast",
    "blurriest": "blurred",
    "smallest": "small",
    "widest": "wide",
    "tallest": "tall",
}


def shared_sentence(prop: SharedProperty) -> str:
    """How many wrong photos have or lack a property, and how many right ones."""
    wrong, right = _wrong(prop), "recognised ones" if prop.label else "right ones"
    match prop.kind:
        case "area":
            area = f"the marked area “{prop.name}”"
            others = f"{_of(prop.right_with, prop.right, right, start=False)} {_have(prop.right_with)} it"
            lacking = prop.wrong - prop.wrong_with
            if prop.present:
                having = f"{_of(prop.wrong_with, prop.wrong, wrong)} {_have(prop.wrong_with)} {area}"
            else:
                having = f"{_of(lacking, prop.wrong, wrong)} {'lacks' if lacking == 1 else 'lack'} {area}"
            return f"{having}; {others}."
        case "area size":
            what = f"The marked area “{prop.name}” is small (the smallest quarter of {_within(prop)})"
        case "area influence":
            what = f"The influence gathers in the marked area “{prop.name}”"
        case "place":
            where = "is there" if prop.present else "is lacking"
            misses = f"does not recognise “{prop.label}”" if prop.label else "is wrong"
            return (
                f"The model goes by what is in the {prop.name} for its answer “{prop.guess}”, and {misses} "
                f"where that {where}: the influence gathers there in "
                f"{_of(prop.wrong_with, prop.wrong, wrong, start=False)}, and in "
                f"{_of(prop.right_with, prop.right, right, start=False)}."
            )
        case _:
            is_among = f"{_are(prop.wrong_with)} among {QUARTERS[prop.name]} of {_within(prop)}"
            others = f"{_of(prop.right_with, prop.right, right, start=False)} {_are(prop.right_with)}"
            return f"{_of(prop.wrong_with, prop.wrong, wrong)} {is_among}; {others}."
    first = _of(prop.wrong_with, prop.wrong, wrong, start=False)
    return f"{what} in {first} and in {_of(prop.right_with, prop.right, right, start=False)}."


def shared_figure(prop: SharedProperty) -> tuple[str, str]:
    """The same for a slide: of how many wrong photos, and what it is, in few words."""
    missed = f"unrecognised photos of “{prop.label}”" if prop.label else "wrong photos"
    count, others = prop.wrong_with, f"right ones: {prop.right_with} of {prop.right}"
    match prop.kind:
        case "area" if not prop.present:
            count, others = (
                prop.wrong - count,
                f"right ones: {prop.right - prop.right_with} of {prop.right}",
            )
            what = f"{missed} lack “{prop.name}”"
        case "area":
            what = f"{missed} have “{prop.name}”"
        case "area size":
            what = f"{missed} with a small “{prop.name}”"
        case "area influence":
            what = f"{missed} with influence in “{prop.name}”"
        case "place":
            what = f"{missed} with influence in the {prop.name}"
        case _:
            what = f"{missed} among {QUARTERS[prop.name]}"
    return f"{count} of {prop.wrong}", f"{what} ({others})"


def photos_to_add(prop: SharedProperty) -> str:
    """Which photos are rare among those that are recognised, to be added."""
    whose = f"photos of “{prop.label}”" if prop.label else "photos of each class"
    where = "with" if prop.present else "without"
    match prop.kind:
        case "area":
            return f"{whose} {where} “{prop.name}”"
        case "area size":
            return f"{whose} in which “{prop.name}” is small"
        case "area influence":
            return f"{whose} like those that were not recognised"
        case "place":
            return f"{whose} {where} what is in the {prop.name}"
        case _:
            return f"{_PHOTOS[prop.name]} {whose}"


def _wrong(prop: SharedProperty) -> str:
    if prop.label:
        return f"unrecognised photos of “{prop.label}”"
    return f"wrong photos of other things than “{prop.guess}”" if prop.kind == "place" else "wrong photos"


def _within(prop: SharedProperty) -> str:
    return f"the photos of “{prop.label}”" if prop.label else "their class"


def _of(count: int, total: int, what: str, *, start: bool = True) -> str:
    """So many of so many; in words where it is all or none."""
    if count == total:
        text = f"all {total} {what}"
    elif count == 0:
        text = f"none of the {total} {what}"
    else:
        text = f"{count} of the {total} {what}"
    return text[0].upper() + text[1:] if start else text


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
