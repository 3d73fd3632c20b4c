"""Opens each sight in a browser, as the one who sees it. Used by the sweeps and by the gallery."""

from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from tests import chromium
from tests.sights import Sight
from tests.stage import NOW, Stage

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 360, "height": 740}


class Looker:
    """One page in one language; between two sights it forgets who it was. `problems` do not add up.

    `script` runs before every page's own.
    """

    def __init__(
        self, browser: Browser, stage: Stage, url: str, language: str, script: str = ""
    ) -> None:
        self.stage, self.url, self.language = stage, url, language
        stage.client(None, language)  # an e-mail leads to pages in the language of its person
        self.context = browser.new_context(
            base_url=url, locale=language, viewport=WIDE, reduced_motion="reduce"
        )
        self.context.set_default_timeout(10_000)
        self.context.add_init_script(script)
        self.problems = chromium.note_problems(self.context, urlsplit(url).netloc)
        self.page = self.context.new_page()
        self.page.clock.set_fixed_time(NOW)

    def look_at(self, sight: Sight) -> Page:
        """The page of `sight`, wide and in the light."""
        self.problems.clear()
        self._become(sight.who)
        self.page.set_viewport_size(WIDE)
        self.page.emulate_media(color_scheme="light")
        response = self.page.goto(self.stage.path(sight.path, self.language))
        assert response
        self.status = response.status
        if sight.then:
            sight.then(self.page)
        return self.page

    def _become(self, who: str | None) -> None:
        self.context.clear_cookies()
        self.page.evaluate("() => { try { localStorage.clear(); } catch { /* a blank page */ } }")
        if who:
            cookies = self.stage.client(who, self.language).cookies
            self.context.add_cookies(
                [{"name": name, "value": it.value, "url": self.url} for name, it in cookies.items()]
            )
