"""A steward's morning in a real browser: Debian's Chromium, driven by keys and by buttons."""

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from hub.model import Verdict
from pipeline.views import last_act, standing
from stewardship.server import Page

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="needs Chromium: apt-get install chromium"
)


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium, settings, store):
    """The page in a window of its own; whatever the browser complains of fails the test."""
    complaints = []
    with Page(settings, store) as page:
        context = chromium.new_context(viewport={"width": 1280, "height": 800}, base_url=page.url)
        context.set_default_timeout(10_000)
        opened = context.new_page()
        opened.on("console", lambda message: complaints.append(message.text))
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        opened.on("dialog", lambda dialog: complaints.append(dialog.message))
        opened.goto("/")
        yield opened
        context.close()
    assert complaints == []


def question(tab, name):
    """Wait until the case of this customer is asked."""
    expect(tab.locator("h1")).to_contain_text(name)


def test_the_queue_is_worked_off_by_keys_alone(tab, store, people):
    question(tab, "Anna Müller")
    tab.keyboard.press("j")
    question(tab, "Mallory")
    tab.keyboard.press("k")
    question(tab, "Anna Müller")
    tab.keyboard.press("x")
    question(tab, "Mallory")
    tab.keyboard.press("u")
    question(tab, "Ivan Petrov")
    tab.keyboard.press("m")
    question(tab, "Fatima")
    assert verdicts(store, people) == [Verdict.DIFFERENT, Verdict.UNSURE, Verdict.SAME, None, None]
    tab.keyboard.press("z")
    question(tab, "Ivan Petrov")
    assert verdicts(store, people) == [Verdict.DIFFERENT, Verdict.UNSURE, None, None, None]
    expect(tab.locator(".queue h2")).to_have_text("3 open cases")


def test_the_queue_is_worked_off_by_buttons(tab, store, people):
    tab.get_by_label("Note").fill("two sisters")
    tab.get_by_role("button", name="Different").click()
    question(tab, "Mallory")
    expect(tab.get_by_role("status")).to_contain_text("You said different: Anna Müller")
    assert standing(store, people.anna.key, people.anne.key).decision.note == "two sisters"
    tab.get_by_role("link", name="Fatima").click()
    question(tab, "Fatima")
    tab.get_by_role("button", name="Same").click()
    question(tab, "Acme")
    tab.get_by_role("button", name="Undo").click()
    question(tab, "Fatima")
    assert verdicts(store, people) == [Verdict.DIFFERENT, None, None, None, None]
    tab.go_back()
    question(tab, "Acme")


def test_keys_are_left_alone_while_somebody_types(tab, store):
    tab.keyboard.press("c")
    tab.keyboard.type("mxu")
    expect(tab.get_by_label("Note")).to_have_value("mxu")
    tab.keyboard.press("Escape")
    tab.keyboard.press("d")
    expect(tab.locator(".compare details")).to_have_attribute("open", "")
    assert last_act(store, "steward") is None


def test_the_sheet_of_keys_opens_and_closes(tab):
    tab.keyboard.press("?")
    expect(tab.locator("#keys")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.locator("#keys")).to_be_hidden()


def test_a_steward_gives_a_name(tab, store):
    tab.get_by_role("button", name="You are steward").click()
    tab.get_by_label("Your name").fill("Zoë")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("button", name="You are Zoë")).to_be_visible()
    tab.wait_for_load_state()
    tab.keyboard.press("x")
    question(tab, "Mallory")
    assert last_act(store, "Zoë") is not None


def test_a_golden_customer_names_the_origin_of_its_values(tab):
    tab.keyboard.press("/")
    expect(tab.get_by_role("searchbox")).to_be_focused()
    tab.keyboard.type("olga")
    tab.keyboard.press("Enter")
    tab.get_by_role("link", name="Olga Weiß").click()
    row = tab.get_by_role("row").filter(has=tab.get_by_role("rowheader", name="Name"))
    expect(row).to_contain_text("erp")
    expect(row).to_contain_text("C10004")
    expect(row).to_contain_text("Most trusted")
    expect(tab.locator("article")).to_have_count(2)


def test_hostile_text_is_read_and_not_run(tab):
    tab.keyboard.press("j")
    question(tab, "<script>document.title='owned'</script>")
    assert tab.title().endswith("· Goldenrod")
    assert not tab.title().startswith("owned")
    assert tab.locator("main img, main script").count() == 0
    assert "⟦U+202E⟧evil" in tab.locator("h1").inner_text()


def test_arabic_runs_from_right_to_left(tab):
    tab.goto("/?left=shop:18&right=crm:8")
    value = tab.locator("td.left bdi").first
    assert value.evaluate("element => getComputedStyle(element).direction") == "rtl"


def test_it_works_without_javascript(chromium, settings, store, people):
    with Page(settings, store) as page:
        context = chromium.new_context(java_script_enabled=False, base_url=page.url)
        tab = context.new_page()
        tab.goto("/")
        tab.get_by_role("button", name="Different").click()
        question(tab, "Mallory")
        tab.get_by_role("button", name="Undo").click()
        question(tab, "Anna Müller")
        context.close()
    assert verdicts(store, people) == [None] * 5


def test_the_acts_stay_in_sight_however_long_queue_and_case_are(tab):
    tab.set_viewport_size({"width": 1280, "height": 560})
    tab.keyboard.press("d")
    acts = tab.locator(".acts").bounding_box()
    assert acts["y"] + acts["height"] == 560
    assert tab.evaluate("document.documentElement.scrollHeight") == 560


def test_at_twice_the_size_nothing_runs_out_of_the_window(tab):
    tab.set_viewport_size({"width": 640, "height": 400})
    for place in ("/", "/customers", "/deliveries", "/quarantine", "/activity"):
        tab.goto(place)
        assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place


def verdicts(store, people):
    found = (standing(store, left.key, right.key) for left, right in people.open)
    return [said and said.decision.verdict for said in found]
