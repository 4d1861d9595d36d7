"""What is asked of every page: room enough, no barrier, no English left over.

With PICTURES=DIR in the environment each page is left there as pictures, for people to look at.
"""

import os
import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
JUDGED = "(rules) => axe.run(document, rules).then((judged) => judged.violations)"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}
ALLOWED = {
    *("Active", "Learning", "Coaching", "Mentoring", "Backward", "Design", "PLC", "SAR", "Best", "Practice"),
    *("PDF", "CSV", "XLSX", "Word", "PowerPoint", "QR", "MB", "RT", "NT", "NET", "IOC", "AAR", "ITA", "ID", "OBEC", "SMIS", "DMC", "SWOT", "PNI", "CIPP"),
    *("STEM", "DLTV", "DLIT", "ICT", "AI", "Google", "Line", "VDO", "GPAS", "PISA", "IQA", "EQA", "School", "Concept"),
    *("Excel", "Context", "Input", "Process", "Product", "modified"),
    *("TH", "Sarabun", "SarabunPSK", "New", "TTF", "OTF", "SHA", "ZIP", "JPEG", "PNG"),
    *("XLSForm", "KoboToolbox", "ODK", "survey", "Alt", "Ctrl", "Enter"),
}  # fmt: skip
"""Words that Thai schools themselves say in English, the names of file formats, of programs, of fonts and of keys."""
CODE = re.compile(
    r"[\w.+-]+@[\w.-]+|https?://\S+|[A-Z]{1,4}-[\w.-]*\d[\w./-]*|\b[A-Z]+\d[\w./-]*|[\w-]*\.(?:csv|xlsx?|pdf|jpg|ttf|otf)\b"
    r"|\.(?:ttf|otf)\b|\b[0-9a-f]{4}(?: [0-9a-f]{4})+\b|\b[0-9a-f]{64}\b|Coaching & Mentoring"
)
WORD = re.compile(r"[A-Za-z]{2,}")

MOVE_BAR = "(place) => { const bar = document.querySelector('.app-nav'); if (bar) bar.style.position = place; }"
"""On a picture of a whole long page the bar at the foot of a phone would lie across its middle."""

SPOKEN_TEXT = """() => {
  const said = [document.title, document.body.innerText];
  for (const element of document.querySelectorAll("[placeholder], [aria-label], [title], img[alt]"))
    for (const name of ["placeholder", "aria-label", "title", "alt"])
      said.push(element.getAttribute(name) || "");
  return said.join("\\n");
}"""
STICKING_OUT = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const wide = [...document.body.querySelectorAll("*")].filter((each) => each.getBoundingClientRect().right > room + 1);
  return [`${document.documentElement.scrollWidth} > ${room}`,
    ...wide.slice(0, 4).map((each) => each.tagName + "." + each.className)];
}"""


def english_in(text: str) -> list[str]:
    """The English words of a text that are neither codes nor words of the trade."""
    return sorted(set(WORD.findall(CODE.sub(" ", text))) - ALLOWED)


def keep_picture(page: Page, name: str, *, phone: bool) -> None:
    if not (folder := os.environ.get("PICTURES")):
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    page.evaluate(MOVE_BAR, "static" if phone else "")
    page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)
    page.evaluate(MOVE_BAR, "")


def troubles(page: Page, name: str, widths: tuple[int, ...], *, known: str = "") -> list[str]:
    """What is wrong with the open page at each width, in words.

    ``known`` is what the page may show as it was typed, the person's user name above all.
    """
    found = []
    page.evaluate(AXE.axe_script)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 740 if width < 600 else 900})
        keep_picture(page, f"{name}-{width}", phone=width < 600)
        if sticking_out := page.evaluate(STICKING_OUT):
            found.append(f"{name} at {width}: too wide, {sticking_out}")
        for violation in page.evaluate(JUDGED, RULES):
            nodes = [node["html"][:160] for node in violation["nodes"][:2]]
            found.append(f"{name} at {width}: {violation['id']} {nodes}")
    if english := [word for word in english_in(page.evaluate(SPOKEN_TEXT)) if word not in known]:
        found.append(f"{name}: English {english}")
    return found
