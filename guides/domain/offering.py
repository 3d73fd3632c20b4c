"""A service as content files in a ZIP, so that what was written here can become part of Wayout."""

import io
import zipfile

from guides.domain import content_files, describing
from guides.models import Service

README = """\
The guides of “{slug}”, as content files of Wayout.

To offer them to the project:

1. Put the folder “{slug}” into guides/content/ of a copy of Wayout's source code.
2. Run `manage.py load_content`. It names the file, the key and the reason of anything wrong.
3. Send the change as CONTRIBUTING.md there says, with where the facts come from and when you
   checked them.

service.toml holds facts only, the file of each language words only. No person is named in them.
"""


def pack(*, service: Service) -> bytes | None:
    """The ZIP; none for a service of which all was imported and nothing was checked."""
    if not describing.is_own(service):
        return None
    texts = content_files.texts(describing.describe(service))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(f"{service.slug}/{name}", text)
        archive.writestr("README.txt", README.format(slug=service.slug))
    return written.getvalue()
