"""Draws the pictures that other programs show for Wayout: `make icons`. Their output is committed.

The sign is that of static/img/favicon.svg. No picture has words: it is the same in every language.
"""

import struct
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests import chromium

IMAGES = Path(__file__).resolve().parent.parent / "static" / "img"
GREEN, KEYLINE, WHITE = "#055a40", "#8fd0b2", "#ffffff"

# The door with the way out of it, on a field of 32 × 32, in two colours.
DOOR = """
<g transform="{place}">
  <rect x="1.5" y="3" width="20.5" height="26" rx="4.5" fill="{plate}"/>
  <circle cx="8.8" cy="16" r="3" fill="{way}"/>
  <path d="M8.8 16H22" stroke="{way}" stroke-width="3"/>
  <path d="M22 16h7M24.8 10.8 30 16l-5.2 5.2"
    stroke="{plate}" stroke-width="3" stroke-linejoin="round"/>
</g>"""
TICK = "l14 15 27-30"
HOURGLASS = (
    "h40m-40 50h40m-35-50c0 18 12 18 15 25-3 7-15 7-15 25m30-50c0 18-12 18-15 25 3 7 15 7 15 25"
)

# A way as the guides draw it: prepare, act, the point of no return, a wait, and out.
CARD = f"""
<rect width="1200" height="630" fill="{GREEN}"/>
<rect x="27" y="27" width="1146" height="576" rx="34" stroke="{KEYLINE}" stroke-width="6"/>
<path d="M150 315H470" stroke="{WHITE}" stroke-width="12"/>
<path d="M545 315h22.5M809 315h22.5" stroke="{KEYLINE}"
  stroke-width="12" stroke-linecap="round" stroke-dasharray="0 22"/>
<rect x="110" y="275" width="80" height="80" rx="22" fill="{WHITE}"/>
<path d="m130 315{TICK}" stroke="{GREEN}" stroke-width="10"/>
<circle cx="300" cy="315" r="40" fill="{WHITE}"/>
<path d="m280 315{TICK}" stroke="{GREEN}" stroke-width="10"/>
<rect x="415" y="270" width="90" height="90" rx="14" transform="rotate(45 460 315)"
  fill="#c9302c" stroke="{WHITE}" stroke-width="8"/>
<rect x="594" y="272" width="190" height="86" rx="43"
  fill="#e2ecf7" stroke="#8fb8e6" stroke-width="6"/>
<path d="m669 290{HOURGLASS}"
  stroke="#1d4d86" stroke-width="6" stroke-linecap="round" stroke-linejoin="round"/>
{DOOR.format(place="translate(840 179) scale(8.5)", plate=WHITE, way=GREEN)}
"""


def icon(*, rounded: int, size: float) -> str:
    """White on green, on a field of 32 × 32; the sign takes `size` of its width."""
    shift = 16 - 15.75 * size
    place = f"translate({shift} {16 - 16 * size}) scale({size})"
    sign = DOOR.format(place=place, plate=WHITE, way=GREEN)
    return f'<rect width="32" height="32" rx="{rounded}" fill="{GREEN}"/>{sign}'


def draw(page: Page, svg: str, *, width: int, height: int, field: str = "0 0 32 32") -> bytes:
    page.set_viewport_size({"width": width, "height": height})
    page.set_content(
        f'<style>body {{ margin: 0 }} svg {{ display: block }}</style><svg viewBox="{field}" '
        f'width="{width}" height="{height}" fill="none">{svg}</svg>'
    )
    return page.screenshot(omit_background=True)


def as_ico(png: bytes, *, side: int) -> bytes:
    """One PNG as a file of Windows icons: a header, a list of one entry, the picture."""
    entry = struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), 6 + 16)
    return struct.pack("<HHH", 0, 1, 1) + entry + png


def main() -> None:
    small = (IMAGES / "favicon.svg").read_text()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium.launch_options())
        page = browser.new_page()
        files = {
            "favicon.ico": as_ico(draw(page, small, width=32, height=32), side=32),
            "apple-touch-icon.png": draw(page, icon(rounded=0, size=0.66), width=180, height=180),
            "icon-192.png": draw(page, icon(rounded=7, size=0.66), width=192, height=192),
            "icon-512.png": draw(page, icon(rounded=7, size=0.66), width=512, height=512),
            "icon-maskable.png": draw(page, icon(rounded=0, size=0.52), width=512, height=512),
            "social-card.png": draw(page, CARD, width=1200, height=630, field="0 0 1200 630"),
        }
        browser.close()
    for name, content in files.items():
        (IMAGES / name).write_bytes(content)


if __name__ == "__main__":
    main()
