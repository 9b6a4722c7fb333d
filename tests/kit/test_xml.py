"""XML of an agency: what it becomes, and what is refused."""

import pytest

from connectors.kit.values import BadRow
from connectors.kit.xml import DEEPEST, MOST, XmlElement, as_values, document, xml_document

ENTITIES = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))


def test_elements_become_objects_texts_and_lists():
    body = b"""<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><!-- a note -->
      <a k="1"><b> x </b><c><d>1</d><d>2</d></c><e/><f>text <g>in it</g></f><h><![CDATA[<p>&amp;</p>]]></h></a>"""
    assert document(body, "a", many={"b"}) == {
        "b": ["x"],
        "c": {"d": ["1", "2"]},
        "e": "",
        "f": {"g": "in it"},
        "h": "<p>&amp;</p>",
    }


def test_what_is_of_another_namespace_is_left_out():
    body = b'<a xmlns="urn:a" xmlns:o="urn:o"><b>1</b><o:b>2</o:b><o:c><b>3</b></o:c><d o:k="4">5</d></a>'
    assert document(body, "a") == {"b": "1", "d": "5"}
    body = b'<rss xmlns:o="urn:o"><link>1</link><o:link>2</o:link></rss>'
    assert document(body, "rss") == {"link": "1"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<a><b>Jalan \u00c4</b></a>".encode(), "Jalan \u00c4"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><a><b>\u00c4</b></a>'.encode("latin-1"), "\u00c4"),
        ("\ufeff<a><b>\u00c4</b></a>".encode("utf-16-le"), "\u00c4"),
        (b"<a><b>&lt;&#228;&amp;</b></a>", "<\u00e4&"),
    ],
)
def test_it_comes_in_the_charset_that_it_says(body, text):
    assert document(body, "a") == {"b": text}


@pytest.mark.parametrize(
    "body",
    [
        "", "{}", "<a>", "<a><b>1</a></b>", "<a><b>&nbsp;</b></a>", "<a><b>&#0;</b></a>", "x<a><b/></a>",
        "<a/>", "<a>text</a>", "<b><a>1</a></b>",
        '<!DOCTYPE a><a><b>1</b></a>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><b>&x;</b></a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a><b>1</b></a>',
        f'<!DOCTYPE a [<!ENTITY e0 "x">{ENTITIES}]><a><b>&e9;</b></a>',
        f"<a>{'<b>' * DEEPEST}1{'</b>' * DEEPEST}</a>",
        f"<a>{'<b>1</b>' * MOST}</a>",
        f"<a xmlns:o='urn:o'>{'<o:b>' * 100_000}",
    ],
    ids=range(17),
)  # fmt: skip
def test_what_is_no_such_document_is_refused(body):
    with pytest.raises(BadRow):
        document(body.encode(), "a")


def test_the_limits_are_the_largest_that_pass():
    deep = f"<a>{'<b>' * (DEEPEST - 1)}1{'</b>' * (DEEPEST - 1)}</a>"
    assert document(deep.encode(), "a")
    wide = f"<a>{'<b>1</b>' * (MOST - 1)}</a>"
    assert len(document(wide.encode(), "a")["b"]) == MOST - 1


LISTS = {"services": "service", "values": "value"}


def values(text, encoding="utf-8"):
    return as_values(xml_document(text.encode(encoding)), LISTS)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<services/>", []),
        ("<services><service><code>001</code></service></services>", [{"code": "001"}]),
        ("<services><service><code/><name> a </name></service><other/></services>", [{"code": None, "name": " a "}]),
        ("<services>text</services>", "text"),
        ("<services><service>5</service><service/></services>", ["5", None]),
        ("<a><b>1</b><b>2</b><b>3</b><c>4</c></a>", {"b": ["1", "2", "3"], "c": "4"}),
        ("<a><b><x>1</x></b></a>", {"b": {"x": "1"}}),
        ("<n:a xmlns:n='urn:x'><n:b>&lt;i&gt; &amp; &#233;</n:b></n:a>", {"b": "<i> & é"}),
        ("\ufeff\n <?xml version='1.0'?><a><![CDATA[<b> & c]]></a>", "<b> & c"),
        ("<a>x\x00\x0by</a>", "xy"),
    ],
)  # fmt: skip
def test_elements_are_values(text, found):
    assert values(text) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_it_is_read_in_the_charset_that_it_declares(encoding):
    assert values(f"<?xml version='1.0' encoding='{encoding}'?><a>café</a>", encoding) == "café"


def test_attributes_stand_beside_the_text():
    assert xml_document(b'<a b="1" c="x &amp; y">t<d/>u</a>') == XmlElement(
        "a", {"b": "1", "c": "x & y"}, [XmlElement("d", {}, [])], "tu"
    )


TENFOLD = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE b [<!ENTITY a0 "aaaaaaaaaa">{TENFOLD}]><b>&a9;</b>'


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd"><x/>',
        "<!DOCTYPE html><html></html>",
        "<x>&unknown;</x>", "<x>&</x>", "<x>", "x", "", " ", "<x/><y/>", "<x a='1' a='2'/>", "{}",
        "<a>" * 41 + "</a>" * 41,
        "<a>" * 200_000,
    ],
)  # fmt: skip
def test_what_declares_something_or_is_broken_is_refused(text):
    with pytest.raises(ValueError, match=r"declares|well-formed|too deep"):
        xml_document(text.encode())


def test_too_many_elements_are_refused():
    with pytest.raises(ValueError, match="too large"):
        xml_document(b"<x>" + b"<y/>" * MOST + b"</x>")
