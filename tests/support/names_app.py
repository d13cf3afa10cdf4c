"""Draws names that look like markup in one kind of element, `?kind=…`; for `test_names.py`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import streamlit as st

from ui.words import plain

NAMES = [
    *(
        "www.evil.example",
        "WWW.Evil.example/a?b=c",
        "(www.evil.example)",
        "me@evil.example",
        "a me@evil.example b",
    ),
    *("mailto:me@evil.example", "xmpp:me@evil.example", "user.name+tag@evil.example.org", "._-@x.yz"),
    *("http://evil.example", "hTTps://evil.example/x", "<https://evil.example>", "//evil.example"),
    *("1. list", "1) list", "23. list", "- item", "+ item", "* item", "# head", "## head", "> quote"),
    *("---", "***", "___", "===", "--", "->", "a -> b", "a <- b", "a <-> b", "a -- b", "a >= b", "a ~= b"),
    *(
        ":smile:",
        ":+1:",
        ":red[x]",
        ":red-background[x]",
        ":material/home:",
        ":material_home:",
        ":streamlit:",
    ),
    *(
        "::red[x]",
        ":::note",
        "a:smile:b",
        "$x$",
        "$$x$$",
        "a $5 and $6",
        "\\(x\\)",
        "`code`",
        "`` x ``",
        "```",
    ),
    *("~~~", "~~s~~", "~s~", "*em*", "**b**", "_em_", "__b__", "a_b_c", "==m==", "x^2^", "H~2~O"),
    *(
        "<b>x</b>",
        "<script>alert(1)</script>",
        "<!-- x -->",
        "[x](http://evil.example)",
        "![x](http://e.example)",
    ),
    *("[x]: http://evil.example", "[^1]", "[^1]: x", "[ ] todo", "&amp;", "&copy;", "&#65;", "a|b", "|a|b|"),
    *("\\", "\\*x\\*", "a\\", "1\\. x", "    code", "\ttab", "a\nb", "a\n\nb", "\u2028- x", "\u200b1. x"),
    *("mug\u202e99.0", "\u05e9\u05dc\u05d5\u05dd", "a@b", "1.", "10", "-", "12:30.jpg", "C:\\x.jpg", "http:"),
]
KINDS = {  # what is seen, and what draws it
    "markdown": ("{0}", lambda name, _: st.markdown(name)),
    "bold": ("a {0} b", lambda name, _: st.markdown(f"a **{name}** b")),
    "heading": ("{0}", lambda name, _: st.markdown(f"#### {name}", anchors=False)),
    "caption": ("{0}", lambda name, _: st.caption(name)),
    "title": ("{0}", lambda name, _: st.title(name, anchor=False)),
    "error": ("{0}", lambda name, _: st.error(name)),
    "quoted": ("'{0}' or “{0}”", lambda name, _: st.markdown(f"'{name}' or “{name}”")),
    "pills": ("x{0} · 0.97", lambda name, key: st.pills("x", [f"{name} · 0.97"], key=key)),
    "radio": ("x{0}{0}", lambda name, key: st.radio("x", [name], captions=[name], key=key)),
    "button": ("{0}", lambda name, key: st.button(name, key=key)),
    "table": ("{0}", lambda name, _: st.table({"a": [name]}, hide_index=True, hide_header=True)),
}


def main() -> None:
    """Draws them."""
    _, draw = KINDS[st.query_params.get("kind", "markdown")]
    for number, name in enumerate(NAMES):
        with st.container(key=f"name-{number}"):
            draw(plain(name), f"widget-{number}")
    st.markdown("That is all.")


if __name__ == "__main__":
    main()
