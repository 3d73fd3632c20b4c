"""Static files as people get them: hashed, compressed, and each in one piece."""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A line of a style sheet, or of a script that does without the names of the other.
IMPORT = re.compile(r'^@?import "([^"]+)";\n', re.MULTILINE)
OURS = ("css/", "js/")


class OnePieceStorage(CompressedManifestStaticFilesStorage):
    """A file of ours that imports others holds them: one request instead of four."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            self._put_together(paths)
        yield from super().post_process(paths, dry_run, **options)

    def _put_together(self, paths: dict[str, Any]) -> None:
        for name in [name for name in paths if name.startswith(OURS)]:
            text = _text(paths[name])
            if IMPORT.search(text):
                folder = posixpath.dirname(name)
                whole = IMPORT.sub(lambda found: _text(paths[_path(folder, found[1])]), text)  # noqa: B023
                self.delete(name)
                self._save(name, ContentFile(whole.encode()))
                paths[name] = (self, name)


def _path(folder: str, relative: str) -> str:
    return posixpath.normpath(posixpath.join(folder, relative))


def _text(place: tuple[StaticFilesStorage, str]) -> str:
    storage, name = place
    with storage.open(name) as file:
        return str(file.read().decode())
