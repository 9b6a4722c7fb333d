"""HTML that agencies send, read and as plain text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.kit.markup import Tag, plain_line, plain_text, read_markup


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One</p><p>two  <b>three</b></p>", "One\ntwo three"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("a &lt;b&gt; &amp; c&nbsp;d", "a <b> & c d"),
        ("no markup at all", "no markup at all"),
        ("<p></p><ul><li></li></ul>", ""),
        ("a <unknown>b</unknown>", "a b"),
        ("2 < 3", "2 < 3"),
        ("a <![x] b> c", "a c"),
        ("a <![if !mso]><b>b</b><![endif]> c", "a b c"),
    ],
)
def test_words_stay_and_blocks_become_lines(markup, text):
    assert plain_text(markup) == text


@pytest.mark.parametrize("tag", ["script", "style", "iframe", "template", "object", "noscript"])
def test_what_could_run_or_hide_is_gone(tag):
    assert plain_text(f"before<{tag}>alert(1)</{tag}>after") == "beforeafter"
    assert plain_text(f"before<{tag.upper()} x='1'>alert(1)</{tag}>after") == "beforeafter"
    assert plain_text(f"before<{tag}>alert(1)") == "before"


def test_attributes_are_gone_with_their_tags():
    assert (
        plain_text('<a href="javascript:alert(1)" onclick="alert(2)">here</a><img src=x onerror="alert(3)">') == "here"
    )


PIECES = (
    "<", ">", "</", "<!", "<![", "]]>", "<!--", "-->", "<?", "<script", "</script>", "<p", "<a href='", '<a x="', "=", '"',
    "'", "/", "&", "&#x110000;", " ", "a", "\0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ("PAJAK &amp; RETRIBUSI", "PAJAK & RETRIBUSI"),
        ("Kasir &amp;#038; Pramuniaga", "Kasir & Pramuniaga"),
        ("2019&nbsp;TENTANG<br />PAJAK <b>RETRIBUSI</b>", "2019 TENTANG PAJAK RETRIBUSI"),
        ("&lt;p&gt;Satu&lt;/p&gt;\n<P class='x'>dua</P><o:p></o:p>", "Satu dua"),
        ("<!-- wp:paragraph --> Satu", "Satu"),
        ("Desa <Nama> di bawah < 5 & R&D, AT&T; 2&lt;3", "Desa <Nama> di bawah < 5 & R&D, AT&T; 2<3"),
        ("&copy &#0; &#x110000;", "&copy \ufffd \ufffd"),
        (" a \t b\xa0c ", "a b c"),
        ("<p></p>", ""),
    ],
)
def test_a_name_is_one_line_of_words_however_it_was_escaped(sent, line):
    assert plain_line(sent) == line


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_whatever_is_sent_is_some_text(pieces):
    assert isinstance(plain_text("".join(pieces)), str)


@pytest.mark.parametrize("end", ["", ">", "'>", '">', "-->"])
@pytest.mark.parametrize(
    "piece", [*PIECES, "<a ", "<a b=c ", "<p>", "<script>", "<template>", "<!DOCTYPE ", "a=b ", "&amp;"]
)
def test_a_long_text_of_whatever_takes_no_minute(piece, end):
    """Python's own parser takes a minute for a twentieth of it, where tags never end."""
    markup = piece * (200_000 // len(piece)) + end
    started = time.perf_counter()
    plain_text(markup)
    plain_line(markup)
    for each in read_markup(markup):
        if isinstance(each, Tag):
            each.attribute("none")
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ('<a href="x">', "x"),
        ("<A HREF = 'x y'>", "x y"),
        ("<a class=b href=x>", "x"),
        ('<a data-href="y" href="x">', "x"),
        ('<a href="a&amp;b">', "a&b"),
        ("<a href>", None),
        ("<a>", None),
    ],
)
def test_an_attribute_is_found_by_its_name(tag, value):
    (found,) = read_markup(tag)
    assert found.attribute("href") == value


def test_what_a_script_holds_is_no_markup_and_it_says_whether_it_ends():
    first, text, second = read_markup("<script type=x>a < b && '<p>'</SCRIPT >c<script>d")
    assert (first.content, first.whole, first.tag.attribute("type")) == ("a < b && '<p>'", True, "x")
    assert (text, second.content, second.whole) == ("c", "d", False)
