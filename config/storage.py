"""Static files as people get them: hashed, compressed, and each in one piece."""

import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A line of a style sheet, or of a script that does without the names of the other.
IMPORT = re.compile(rf'^@?import "{settings.STATIC_URL}([^"]+)";\n', re.MULTILINE)
OURS = ("css/", "js/")


class OnePieceStorage(CompressedManifestStaticFilesStorage):
    """A file of ours that imports others holds them: one request instead of four."""

    is_one_piece = True

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
                whole = IMPORT.sub(lambda found: _text(paths[found[1]]), text)
                self.delete(name)
                self._save(name, ContentFile(whole.encode()))
                paths[name] = (self, name)


def _text(place: tuple[StaticFilesStorage, str]) -> str:
    storage, name = place
    with storage.open(name) as file:
        return str(file.read().decode())
