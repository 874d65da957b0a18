"""axe-core on a page: what stands against WCAG 2.2 AA and good practice."""

from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async ([within, tags]) => {
  const overlay = within !== null
  const place = overlay ? document.querySelector(within) : document
  const rules = overlay ? { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } : {}
  const found = await window.axe.run(place, { runOnly: tags, rules })
  return found.violations.map((one) => `${one.id}: ${one.help} (${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')})`)
}"""


def violations(page: Page, within: str | None = None) -> list[str]:
    """What axe finds on the page, or in the overlay that `within` selects.

    With an overlay open the rest of the page is hidden from assistive technology, so axe looks at it alone.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(_RUN, [within, _TAGS])
    return found
