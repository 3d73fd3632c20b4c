"""Fixtures that several tests of the domain use."""

import pytest

from tests.domain import shop


@pytest.fixture
def files(tmp_path):
    """A folder with one service that has two guides."""
    return shop.write(
        tmp_path, "shop", {"service": shop.FACTS, "en": shop.WORDS, "ar": shop.ARABIC}
    )
