"""Finished pages in the memory of this process; which of them still hold, the middleware asks."""

import time
from collections import OrderedDict
from collections.abc import Hashable
from http.cookies import SimpleCookie
from threading import Lock
from typing import NamedTuple

from django.http.response import ResponseHeaders

from guides.domain.freshness import Facts, Origin


class Mark(NamedTuple):
    """What a view knows of a page that may be served again."""

    origin: Origin
    facts: Facts
    heeds: tuple[str, ...] = ()  # what of the query makes a public page another one


class Kept(NamedTuple):
    """A finished answer, compressed, with all of its headers."""

    mark: Mark
    until: float
    body: bytes
    headers: ResponseHeaders
    cookies: SimpleCookie


class Memory:
    """The pages that were asked for last, so many at most.

    Django's caches would pickle them, which takes as long as all else that serving one does.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            kept = self._pages.get(key)
            if kept is None or kept.until <= time.time():
                return None
            self._pages.move_to_end(key)
            return kept

    def keep(self, key: Hashable, kept: Kept) -> None:
        with self._lock:
            self._pages[key] = kept
            self._pages.move_to_end(key)
            if len(self._pages) > self.most:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


# About 20 MB, if each is as long as the guides that are shipped.
pages = Memory(most=2000)
