"""Reads a page as a person does: its parts by element and class, their text, its forms.

The reader is strict: a page with an element that is left open, or closed twice, cannot be read.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "img", "input", "link", "meta"}
SILENT = {"script", "style"}


class Part:
    """One element of a page; the page itself is one without a name."""

    def __init__(self, name: str = "", attributes: dict[str, str] | None = None) -> None:
        self.name = name
        self.attributes = attributes or {}
        self.children: list[Part | str] = []

    def __repr__(self) -> str:
        return f"<{self.name} {self.attributes}> {self.text[:200]}"

    def __getitem__(self, attribute: str) -> str:
        return self.attributes[attribute]

    def get(self, attribute: str) -> str | None:
        return self.attributes.get(attribute)

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts()).split())

    def all(self, name: str = "", /, **attributes: str) -> list["Part"]:
        """Elements by name and attributes, in their order; `class_` names one of the classes."""
        return [part for part in self._inside() if part._is(name, attributes)]

    def one(self, name: str = "", /, **attributes: str) -> "Part":
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} of {name} {attributes} in {self!r}"
        return found[0]

    def texts(self, name: str = "", /, **attributes: str) -> list[str]:
        return [part.text for part in self.all(name, **attributes)]

    @property
    def facts(self) -> dict[str, str]:
        """What a `dl` says: the text of each `dt` with that of its `dd`."""
        return dict(zip(self.texts("dt"), self.texts("dd"), strict=True))

    @property
    def fields(self) -> dict[str, str]:
        """What a browser would send if the form was left as it is; of radio buttons nothing."""
        inputs = [each for each in self.all("input") if each.get("type") != "radio"]
        return {each["name"]: each.get("value") or "" for each in inputs}

    def _is(self, name: str, attributes: dict[str, str]) -> bool:
        if name and self.name != name:
            return False
        return all(self._has(key, value) for key, value in attributes.items())

    def _has(self, key: str, value: str) -> bool:
        if key == "class_":
            return value in self.attributes.get("class", "").split()
        return self.attributes.get(key.replace("_", "-")) == value

    def _inside(self) -> Iterator["Part"]:
        for child in self.children:
            if isinstance(child, Part):
                yield child
                yield from child._inside()

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.name == "br":
                yield " "
            elif child.name not in SILENT:
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Part()
        self.open = [self.page]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        part = Part(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(part)
        if tag not in VOID:
            self.open.append(part)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> where {self.open[-1]!r} is open"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(response: Any) -> Part:
    """The page that a response or a string holds."""
    reader = _Reader()
    reader.feed(response if isinstance(response, str) else response.content.decode())
    reader.close()
    assert reader.open == [reader.page], f"left open: {reader.open[-1]!r}"
    return reader.page


def said(page: Part) -> list[str]:
    """The messages at the top of the page."""
    return [text for box in page.all(class_="messages") for text in box.texts("p")]
