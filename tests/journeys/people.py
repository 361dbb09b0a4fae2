"""A person in a browser of their own: reads mail, types codes, presses buttons."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page

from tests.chromium import axe
from tests.journeys.conftest import Site

NARROWEST = 320  # pixels


class Somebody:
    """One browser context. What axe finds on any page they look at is kept in `problems`."""

    def __init__(
        self,
        browser: Browser,
        site: Site,
        email: str,
        *,
        javascript: bool = True,
        width: int = 1280,
        locale: str = "en-US",
    ) -> None:
        self.site, self.email, self.javascript = site, email, javascript
        self.context = browser.new_context(
            java_script_enabled=javascript, viewport={"width": width, "height": 800}, locale=locale
        )
        self.page: Page = self.context.new_page()
        self.problems: list[str] = []
        self.seen: list[str] = []

    def look(self) -> None:
        """Check the page that is open, once for each address."""
        kind = re.sub(r"[0-9a-f-]{20,}|\d+", "*", self.page.url)
        if kind not in self.seen and self.javascript:
            self.seen.append(kind)
            self.problems += axe(self.page) + self.too_wide_for_the_narrowest()

    def too_wide_for_the_narrowest(self) -> list[str]:
        """Who is on a phone may have a smaller one: whether the open page scrolls sideways there."""
        size = self.page.viewport_size
        if size["width"] > 400:
            return []
        self.page.set_viewport_size({**size, "width": NARROWEST})
        scrolls = self.page.evaluate("document.documentElement.scrollWidth > innerWidth")
        self.page.set_viewport_size(size)
        return [f"{self.page.url} scrolls sideways at {NARROWEST} pixels"] if scrolls else []

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.site.url}{path}")
        self.look()

    def press(self, *names: str) -> None:
        """Press the button (in either language)."""
        pattern = re.compile("|".join(f"^{re.escape(name)}" for name in names))
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=pattern).first.click()
        self.look()

    def follow(self, *names: str) -> None:
        pattern = re.compile("|".join(re.escape(name) for name in names))
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=pattern).first.click()
        self.look()

    def fill(self, field: str, value: str) -> None:
        self.page.locator(f'[name="{field}"]').first.fill(value)

    def tick(self, field: str) -> None:
        self.page.locator(f'[name="{field}"]').check()

    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())

    def link_in_letter(self, subject: str) -> str:
        letter = self.site.letter(self.email, subject)
        return re.search(r"https?://\S+", letter.text)[0]

    def type_code_from_mail(self, already: int) -> None:
        """Type the six digits of the newest mail and send them."""
        letter = self.site.letter(self.email, CODE, after=already)
        self.fill("code", re.search(r"\b\d{6}\b", letter.text)[0])
        self.press("Sign in", "Entrar", "Iniciar sesión", "Continue", "Continuar")

    def codes(self) -> int:
        return self.site.count(self.email, CODE)

    def accept_invitation(self, subject: str) -> None:
        """Open the link of the mail, accept, type the code that arrives."""
        self.open(self.link_in_letter(subject))
        before = self.codes()
        self.press("Accept the invitation", "Aceptar la invitación")
        self.type_code_from_mail(before)


CODE = r"\b(code|código)\b"
