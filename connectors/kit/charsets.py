"""Bytes become text, in the charset that is named for them. It never fails: an unreadable byte becomes U+FFFD."""

import codecs
import re

_KNOWN = re.compile(
    r"utf-8(-sig)?|utf-(16|32)(-[lb]e)?|ascii|iso8859-\d+|cp125\d|koi8-[ru]|gb2312|gbk|gb18030|big5|euc_(jp|kr)|shift_jis"
)
"""The charsets of documents on the web. Python knows more names, but some are no charsets and some are slow."""

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LATIN = frozenset({"ascii", "iso8859-1", "cp1252"})


def decoded(body: bytes, *names: str | None) -> str:
    """Decode by the byte order mark, else by the first name that is known, else as UTF-8.

    Latin-1 means Windows-1252, as on the web. Bytes that are called Latin but are valid UTF-8 are read as UTF-8,
    because real Latin text is hardly ever valid UTF-8.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    charset = next(filter(None, map(_known, names)), "utf-8")
    if charset in _LATIN:
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            charset = "cp1252"
    return body.decode(charset, "replace")


def _known(name: str | None) -> str | None:
    try:
        known = codecs.lookup(name.strip("\"' ")).name if name else ""
    except (LookupError, ValueError):
        return None
    return known if _KNOWN.fullmatch(known) else None
