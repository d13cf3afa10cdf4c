"""The text of a table, in whichever encoding a spreadsheet program wrote it.

Excel writes Unicode with a mark at its beginning, or the code page of the country that it runs in, without
saying which. A code page is told by what it makes of the bytes: letters that one language has, in words that
could be words. Where nothing fits, or more than one thing, nobody guesses.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import pairwise

_MARKS = {  # the longer ones first: that of UTF-32 begins with that of UTF-16
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_LATIN = {  # letters beyond a to z, a word a language; the likelier code page first
    "cp1254": "âçğıİîöşüû",
    "cp1252": "àâæçéèêëîïôœùûüÿ äöüß áéíñóúü áâãàçéêíóôõúü àèéìíîòóùú æøåéó åäöé áéíóúýþæöð àçèéíïòóúü",
    "cp1250": "ąćęłńóśźż áčďéěíňóřšťúůýž áäčďéíĺľňóôŕšťúýž áéíóöőúüű ăâîşţ čćđšž äëç",
    "cp1257": "ąčęėįšųūž āčēģīķļņšūž äõöüšž",
    "mac_roman": "àâæçéèêëîïôœùûüÿ äöüß áéíñóúü áâãàçéêíóôõúü àèéìíîòóùú æøåéó åäöé",
    "mac_latin2": "ąćęłńóśźż áčďéěíňóřšťúůýž áéíóöőúüű",
}
_OTHER = {  # letters by how often they occur, a word a language
    "cp1251": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё "
    "оаинвіетрслкумдпзяьбгчйхцжюїшєщфґ "
    "аиоентрсвлкдпмзгъбчуцщжхйшяюф",
    "cp1253": "αοιετσνηυρπκμλςγδθάίόέήύώχφβωξζψϊϋΐΰ",
    "cp1255": "יוהלאתרמבשנעםכדקחפסטצגזןךףץ",
    "cp1256": "اليمونرتبةعدسفهكقأحجشطصىخإذزئءغضآثظؤًّپچگژ",
    "cp874": "าานรอกเงมยลีวดทส่ตะปบคั้หิแจพชขใุไ็โผึ์ถธูซญณำษศืภฉฟ",
}
_EAST = {  # first bytes of the usual characters, the least second byte, and what the characters are
    "cp949": (range(0xB0, 0xC9), 0xA1, "[\uac00-\ud7a3]"),
    "cp932": (range(0x81, 0x99), 0x40, "[\u3040-\u30ff\u4e00-\u9fff]"),
    "gbk": (range(0xB0, 0xD8), 0xA1, "[\u4e00-\u9fff]"),
    "big5": (range(0xA4, 0xC7), 0x40, "[\u4e00-\u9fff]"),
}
_UNUSUAL = re.compile(rb"[^\s,;|]*[\x80-\xff][^\s,;|]*")  # words with letters beyond a to z
_MOST = 20_000  # of them are looked at
_START = 200  # bytes that are looked at for UTF-16
_SURE = 6  # different characters that would hardly all be Korean by chance
_APART = 0.03  # between the mean ranks of the letters of two languages, of which only one is likely
_SIGNS = "\u00a0–—‘’‚“”„…•«»‹›°²³½¼¾×€£§©®™´¡¿ºª±µ·"
_WORD = re.compile(r"[^\W\d_]+")
_BEYOND = re.compile(r"[^\W\d_a-zA-Z]+")  # letters other than a to z
_STRAY = re.compile(  # signs within a word, and the Catalan dot outside one
    r"[^\W\d_][\u00a0„…•«»‹›°²³½¼¾×€£§©®™¡¿ºª±µ]+[^\W\d_]|(?<![^\W\d_])·|·(?![^\W\d_])"
)
_NEVER = re.compile(r"[бвгджзклмнпрстфхцчшщ]й|[ךםןףץ]\B|[כמנצ]$")  # in no word of Russian, of Hebrew
_ACCENTS = re.compile("[άέήίόύώΐΰ]")


def decoded(data: bytes) -> str:
    """The text of a file.

    Raises:
        UnicodeError: It is no text, or it cannot be told in which code page it is.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return data.decode(name)
    if name := _unmarked(data[:_START]):
        return data.decode(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    words = b"\n".join(sorted(set(_UNUSUAL.findall(data)))[:_MOST])
    code_pages = _latin(words) or _other(words) or _east(words)
    if len(code_pages) != 1:
        raise UnicodeError("no code page fits, or several do")
    return data.decode(code_pages[0])


def _unmarked(start: bytes) -> str:
    """The name of UTF-16 without its mark, told by its zeros: every other byte of ASCII; else empty."""
    zeros = start[::2].count(0), start[1::2].count(0)
    if min(zeros) > 0 or max(zeros) < max(4, len(start) // 5):
        return ""
    return "utf-16-be" if zeros[0] else "utf-16-le"


def _texts(data: bytes, code_pages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each code page in which it is a text, with the text."""
    for code_page in code_pages:
        with suppress(UnicodeDecodeError):
            yield code_page, data.decode(code_page)


def _latin(data: bytes) -> list[str]:
    """The code page with the letters of one language that is written in Latin letters; else of several."""
    texts = list(_texts(data, _LATIN))
    return (
        [page for page, text in texts if any(_is_latin(text, letters) for letters in _LATIN[page].split())]
        or [page for page, text in texts if _is_latin(text, _LATIN[page])]
    )[:1]


def _is_latin(text: str, letters: str) -> bool:
    """Whether it has these letters only, in words most of which is a to z."""
    known = set(letters + letters.upper() + _SIGNS)
    if not all(character in known for character in text if character > "\x7f") or _STRAY.search(text):
        return False
    for word in _WORD.findall(text):
        run = max(map(len, _BEYOND.findall(word)), default=0)
        if run > 3 or 1 < len(word) == run or not _one_case(word):
            return False
    return True


def _one_case(word: str) -> bool:
    """Whether no capital other than A to Z is behind a small letter."""
    return not any(one.islower() and two.isupper() and not two.isascii() for one, two in pairwise(word))


def _other(data: bytes) -> list[str]:
    """The likeliest code pages with the letters of a language that is written in others than Latin ones."""
    scores: dict[str, float] = {}
    for code_page, text in _texts(data, _OTHER):
        if _STRAY.search(text) or not all(map(_may_be_a_word, _WORD.findall(text))):
            continue
        beyond = [character.lower() for character in text if character > "\x7f" and character not in _SIGNS]
        for letters in _OTHER[code_page].split():
            if beyond and all(letter in letters for letter in beyond):
                score = sum(map(letters.index, beyond)) / len(beyond) / len(letters)
                scores[code_page] = min(scores.get(code_page, 1.0), score)
    return [code_page for code_page, score in scores.items() if score < min(scores.values()) + _APART]


def _may_be_a_word(word: str) -> bool:
    """Whether it is of one script, and as Greek has one accent where it is long."""
    if word.isascii():
        return True
    greek = "\u0370" <= word[0] < "\u0400" and len(word) > 3 and word != word.upper()
    if not _BEYOND.fullmatch(word) or not _one_case(word) or _NEVER.search(word.lower()):
        return False
    return not greek or len(_ACCENTS.findall(word)) == 1


def _east(data: bytes) -> list[str]:
    """Code pages with usual characters of Korean, Japanese and Chinese."""
    code_pages = []
    for code_page, text in _texts(data, _EAST):
        first, least, kind = _EAST[code_page]
        beyond = {character for character in text if character > "\x7f"}
        pairs = [character.encode(code_page) for character in beyond]
        if all(len(pair) == 2 and pair[0] in first and pair[1] >= least for pair in pairs) and re.search(
            kind, text
        ):
            if code_page == "cp949" and len(beyond) >= _SURE:
                return [code_page]
            code_pages.append(code_page)
    return code_pages
