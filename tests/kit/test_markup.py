"""HTML that agencies send, as plain text."""

import pytest

from connectors.kit.markup import plain_text


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
