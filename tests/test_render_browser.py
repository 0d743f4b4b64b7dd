"""The page in a real Chromium: nothing runs but its own script, nothing is asked for, and it can be used.

A browser is taken from K8S_ECS_CHROMIUM or the PATH; axe-core is fetched by npm into a temporary folder.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import time

import pytest
from render_samples import hostile, load, many

from translator.render.html import render_html
from translator.render.report import Report

CHROMIUM = os.environ.get("K8S_ECS_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="the package playwright is not installed")
    if not CHROMIUM:
        pytest.skip("no Chromium: install Debian's package chromium, or name one in K8S_ECS_CHROMIUM")
    with api.sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open a report, and record what the page complains of and asks for."""
    contexts = []

    def opened(report: Report, **options):
        file = tmp_path / "report.html"
        file.write_text(render_html(report), encoding="utf-8")
        contexts.append(browser.new_context(**{"viewport": DESKTOP, **options}))
        page = contexts[-1].new_page()
        page.complaints, page.requests, page.file = [], [], file
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: page.requests.append(request.url))
        page.goto(file.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    "options",
    [{}, {"color_scheme": "dark"}, {"viewport": PHONE}, {"java_script_enabled": False}],
    ids=["light", "dark", "phone", "no script"],
)
def test_no_complaint_and_no_request(visit, options):
    page = visit(load("shop"), **options)
    page.locator(".app > summary").first.click()
    page.locator("#a0 .output a").first.click()
    assert page.complaints == []
    assert page.requests == [page.file.as_uri()]
    assert page.locator("#a0i0-4").is_visible()


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "phone"])
def test_nothing_is_wider_than_the_screen(visit, options):
    page = visit(load("shop"), **options)
    page.click("#unfold")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_names_do_not_run(visit):
    page = visit(hostile())
    page.click("#unfold")
    for line in page.locator(".lines > div").all()[:40]:
        line.hover()
    page.fill("#text", "window.ran")
    page.wait_for_timeout(200)
    assert page.evaluate("window.ran") is None
    assert page.evaluate("[document.scripts.length, document.images.length, document.forms.length]") == [1, 0, 0]
    assert page.complaints == [] and page.requests == [page.file.as_uri()]


def test_the_policy_stops_what_an_escape_would_have_let_through(visit):
    """Were a name ever written into the page as it is, the browser would still not run it."""
    page = visit(load("shop"))
    text = page.file.read_text(encoding="utf-8")
    page.file.write_text(
        text.replace("</header>", "<script>window.ran=1</script><img src=x onerror=window.ran=1></header>"),
        encoding="utf-8",
    )
    page.goto(page.file.as_uri())
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in told for told in page.complaints)


def until(page, expression: str) -> None:
    """Wait for an expression: the page's policy forbids the way Playwright itself would wait for one."""
    end = time.monotonic() + 10
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"never came true: {expression}"
        page.wait_for_timeout(20)


def lit(page) -> set[str]:
    return set(page.evaluate("[...document.querySelectorAll('.on')].map((entry) => entry.id)"))


def test_hovering_a_line_lights_what_it_is_linked_to(visit):
    page = visit(load("shop"))
    page.locator("#a0 > summary").click()
    page.hover("#a0i0-28")
    page.wait_for_selector("#a0i0-28.on")
    assert lit(page) == {"a0i0-28", "a0o0-18", "a0o0-27", "a0o1-14"}
    page.hover("#a0o1-8")
    page.wait_for_selector("#a0o1-8.on")
    assert lit(page) == {"a0o1-8", "a0i0-11", "a0i0-7"}
    page.hover("h1")
    until(page, "document.querySelectorAll('.on').length === 0")


def test_the_output_follows_the_input(visit):
    page = visit(load("shop"), viewport={"width": 1440, "height": 500})
    page.locator("#a0 > summary").click()
    page.hover("#a0i1-12")
    page.wait_for_selector("#a0o2-5.on")
    inside = page.evaluate("""() => {
        const line = document.getElementById('a0o2-5').getBoundingClientRect();
        const pane = document.querySelector('#a0 .output').getBoundingClientRect();
        return line.top >= pane.top && line.bottom <= pane.bottom;
    }""")
    assert inside


def test_the_keyboard_alone_is_enough(visit):
    page = visit(load("shop"))
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.type("curl")
    until(page, "document.getElementById('status').textContent !== ''")
    assert page.inner_text("#status") == "1 finding in 1 application shown"
    page.keyboard.press("Escape")
    assert page.inner_text("#status") == ""
    page.locator("#a0 > summary").focus()
    page.keyboard.press("Enter")
    page.locator("#a0o0-27 > a").focus()
    assert lit(page) == {"a0o0-27", "a0i0-42", "a0i0-28"}
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#a0i0-42"


def shown(page, selector: str) -> int:
    return page.evaluate(
        "(selector) => [...document.querySelectorAll(selector)].filter((e) => e.checkVisibility()).length", selector
    )


def test_levels_are_filtered_without_a_script(visit):
    page = visit(load("shop"), java_script_enabled=False)
    page.locator("#a0 > summary").click()
    assert shown(page, "#a0 .note.info") == shown(page, "#a0 .note.warning") == 4
    page.uncheck("#show-info")
    assert (shown(page, "#a0 .note.info"), shown(page, "#a0 .note.warning")) == (0, 4)
    assert shown(page, "#text") == 0


def test_filters_by_level_application_and_text(visit):
    page = visit(load("shop"))
    page.uncheck("#show-info")
    page.uncheck("#show-warning")
    assert page.inner_text("#status") == "2 findings in 1 application shown"
    assert (shown(page, ".app"), shown(page, "tbody tr[data-a]")) == (1, 1)
    page.check("#show-info")
    page.check("#show-warning")
    page.select_option("#only", "a2")
    assert page.inner_text("#status") == "1 finding in 1 application shown"
    assert page.evaluate("document.getElementById('a2').open")
    page.select_option("#only", "")
    page.fill("#text", "NIGHTLY")
    until(page, "document.getElementById('status').textContent.startsWith('1 finding')")
    assert shown(page, ".app") == 1


def test_a_link_opens_the_fold_that_it_leads_into(visit):
    page = visit(load("shop"))
    page.click("tbody a[href='#a3']")
    until(page, "document.getElementById('a3').open")
    page.goto(page.file.as_uri() + "#a0i0-42")
    until(page, "document.getElementById('a0').open")


def test_two_hundred_applications_stay_usable(visit):
    start = time.perf_counter()
    page = visit(many(200))
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    page.fill("#text", "curl")
    until(page, "document.getElementById('status').textContent !== ''")
    filtered = time.perf_counter() - start
    assert page.inner_text("#status") == "50 findings in 50 applications shown"
    page.click("tbody a[href='#a160']")
    until(page, "document.getElementById('a160').open")
    assert loaded < 10 and filtered < 3


@functools.cache
def axe(folder: str) -> str:
    """Fetch axe-core; "" when it cannot be had."""
    if not shutil.which("npm"):
        return ""
    try:
        subprocess.run(
            ["npm", "pack", "--silent", "axe-core@4"], cwd=folder, check=True, capture_output=True, timeout=60
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return ""
    [packed] = [name for name in os.listdir(folder) if name.endswith(".tgz")]
    shutil.unpack_archive(os.path.join(folder, packed), folder, "gztar")
    return os.path.join(folder, "package", "axe.min.js")


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"viewport": PHONE}], ids=["light", "dark", "phone"])
def test_accessible(visit, tmp_path_factory, options):
    script = axe(str(tmp_path_factory.getbasetemp()))
    if not script:
        pytest.skip("axe-core could not be fetched by npm")
    page = visit(load("shop"), bypass_csp=True, **options)
    page.click("#unfold")
    page.evaluate("document.querySelectorAll('.note').forEach((note) => { note.open = true; })")
    page.add_script_tag(path=script)
    found = page.evaluate("axe.run(document)")
    assert found["violations"] == []
    assert len(found["passes"]) > 30
