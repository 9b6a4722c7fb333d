"""XML is read into a tree, and what declares anything is refused before it can cost anything."""

import pytest

from connectors.kit.xml_document import XmlElement, as_values, xml_document

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
        xml_document(b"<x>" + b"<y/>" * 500_000 + b"</x>")
