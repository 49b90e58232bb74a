"""A page of HTML as a browser reads it, as far as tests ask: elements, texts, and what isn't closed."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {"meta", "input", "br", "hr", "img", "link"}
LOADS = ("src", "srcset", "data", "action", "formaction", "poster")


class Read(HTMLParser):
    """`unclosed` are tags that end where another is open; `shown` is the text but for style and script."""

    def __init__(self, text):
        super().__init__()
        self.open, self.unclosed, self.elements, self.ids, self.texts = [], [], [], Counter(), []
        self.feed(text)
        self.close()
        self.unclosed += self.open
        self.shown = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.elements.append((tag, given))
        if "id" in given:
            self.ids[given["id"]] += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unclosed.append(tag)

    def handle_data(self, data):
        if not {"style", "script"} & {*self.open}:
            self.texts.append(data)

    def classes(self, name):
        """The elements that have a class."""
        return [given for _, given in self.elements if name in (given.get("class") or "").split()]

    def links(self):
        return [given["href"] for tag, given in self.elements if tag == "a"]


def sound(text):
    """The page, once it is one: closed, ids unique, nothing loaded, no script but its own."""
    page = Read(text)
    assert page.unclosed == []
    assert [name for name, count in page.ids.items() if count > 1] == []
    for tag, given in page.elements:
        assert not [key for key in given if key in LOADS or key.startswith("on")], (tag, given)
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not [link for link in page.links() if re.match(r"[a-z]+:|//", link)]
    assert "url(" not in text.partition("</style>")[0]
    assert {link[1:] for link in page.links() if link.startswith("#")} <= {*page.ids}
    return page
