"""A supervisor in a school corridor: the line comes and goes, the sign-in ends, a colleague is in the same form."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from supervision.models import Visit
from tests.e2e.acting import draw
from tests.supervision.factories import make_visit

pytestmark = pytest.mark.e2e

SAVED = "บันทึกแล้ว"
KEPT = "document.querySelector('form[data-answers]').answers.store.events().then((events) => events.length === 1)"
"""The answer lies on the device: a matter of milliseconds, which a person's thumb does not beat but a test does."""


@pytest.fixture
def visit(transactional_db, world):
    return make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument], state="in_progress"
    )


@pytest.fixture
def phone(device, live_server, visit):
    """Opens the form on a person's phone, at its first section."""

    def open_phone(user, **options):
        made = device(live_server.url, **options)
        made.admit(user)
        made.page.goto(form_address(visit))
        return made

    return open_phone


def form_address(visit, section="A"):
    return reverse("supervision:visit-form", args=[visit.pk, visit.forms.get().pk]) + f"?section={section}"


def ready(page):
    expect(page.locator("form[data-answers]")).to_have_attribute("data-ready", "1")
    return page


def rate(page, question, value):
    """Press one step of a rating as a thumb does."""
    page.locator(f'[data-slot="{question}"] input[value="{value}"] + label').click()


def status(page):
    return page.locator("[data-save-text]")


def answers(visit):
    return {key: entry.get("v") for key, entry in visit.forms.get().response.answers.items()}


def let_nothing_be_sent(route):
    if route.request.method == "POST":
        route.abort("internetdisconnected")
    else:
        route.continue_()


def test_each_answer_is_saved_as_it_is_given_and_the_page_says_when(world, visit, phone):
    page = ready(phone(world.supervisor).page)

    rate(page, "A1", 4)

    expect(status(page)).to_contain_text(SAVED)
    expect(page.locator("[data-progress-all]")).to_have_text("ตอบแล้ว 1 จาก 3 ข้อ")
    assert answers(visit) == {"A1": 4}
    page.get_by_role("button", name="ตอนต่อไป").click()
    expect(page.locator("h2")).to_have_text("ข้อมูลเพิ่มเติม")
    page.locator("textarea").fill("ครูใช้คำถามปลายเปิด")
    page.get_by_role("button", name="กรอกครบแล้ว").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(str(visit))
    assert answers(visit) == {"A1": 4, "B1": "ครูใช้คำถามปลายเปิด"}


def test_a_line_lost_for_a_while_loses_nothing(world, visit, phone):
    made = phone(world.supervisor)
    page = ready(made.page)

    made.context.set_offline(True)
    rate(page, "A1", 5)
    expect(status(page)).to_contain_text("เก็บไว้ในเครื่องนี้แล้ว")
    page.get_by_role("button", name="ตอนต่อไป").click()
    expect(status(page)).to_contain_text("ตอบต่อได้")
    rate(page, "A2", 3)
    assert answers(visit) == {}
    made.context.set_offline(False)

    expect(status(page)).to_contain_text(SAVED)
    assert answers(visit) == {"A1": 5, "A2": 3}


def test_a_page_closed_without_a_line_sends_what_it_kept_when_opened_again(world, visit, phone):
    made = phone(world.supervisor)
    page = ready(made.page)
    made.context.set_offline(True)
    rate(page, "A1", 2)
    page.wait_for_function(KEPT)
    page.close()

    made.context.set_offline(False)
    again = made.tab()
    again.goto(form_address(visit))

    expect(again.locator('[data-slot="A1"] input[value="2"]')).to_be_checked()
    expect(ready(again).locator("[data-progress-all]")).to_have_text("ตอบแล้ว 1 จาก 3 ข้อ")
    assert answers(visit) == {"A1": 2}


def test_a_record_is_not_sent_while_answers_wait_on_the_device(world, visit, phone, live_server):
    made = phone(world.supervisor)
    page = ready(made.page)
    made.context.set_offline(True)
    rate(page, "A1", 2)
    page.wait_for_function(KEPT)
    page.close()
    made.context.set_offline(False)

    record = made.tab()
    record.goto(live_server.url + visit.get_absolute_url())

    note = record.locator("[data-waiting]")
    expect(note).to_contain_text("1 รายการยังอยู่ในเครื่องนี้")
    note.get_by_role("link").click()
    expect(ready(record).locator("[data-progress-all]")).to_have_text("ตอบแล้ว 1 จาก 3 ข้อ")
    assert answers(visit) == {"A1": 2}
    record.goto(live_server.url + visit.get_absolute_url())
    expect(record.locator("[data-waiting-count]")).to_have_text("0")
    expect(note).to_be_hidden()


def test_an_answer_put_back_while_another_waits_is_the_one_that_stays(world, visit, phone):
    made = phone(world.supervisor)
    page = ready(made.page)
    rate(page, "A1", 4)
    expect(status(page)).to_contain_text(SAVED)
    made.context.route("**/*", let_nothing_be_sent)
    rate(page, "A1", 2)
    page.wait_for_function(KEPT)

    page.reload()
    expect(ready(page).locator('[data-slot="A1"] input[value="2"]')).to_be_checked()
    rate(page, "A1", 4)
    made.context.unroute("**/*", let_nothing_be_sent)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(status(page)).to_contain_text(SAVED)
    expect(page.locator('[data-slot="A1"] input[value="4"]')).to_be_checked()
    assert answers(visit) == {"A1": 4}


def test_an_answer_given_while_the_page_makes_sure_that_all_arrived_is_sent_too(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    page.evaluate("""() => {
        const { answers } = document.querySelector('form[data-answers]');
        const isEmpty = answers.isEmpty.bind(answers);
        answers.isEmpty = () => new Promise((go) => { window.makesSure = async () => {
            answers.isEmpty = isEmpty;
            go(await isEmpty());
        }; });
    }""")
    rate(page, "A1", 4)
    page.wait_for_function("() => Boolean(window.makesSure)")

    rate(page, "A2", 3)
    page.wait_for_function(KEPT)
    page.evaluate("() => window.makesSure()")

    expect(status(page)).to_contain_text(SAVED)
    assert answers(visit) == {"A1": 4, "A2": 3}


def test_news_that_a_saving_overtook_does_not_turn_the_progress_back(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    news = page.evaluate("""async () => {
        const { changesUrl } = document.querySelector('form[data-answers]').dataset;
        return (await fetch(`${changesUrl}?revision=0`)).json();
    }""")
    rate(page, "A1", 4)
    expect(status(page)).to_contain_text(SAVED)
    done = page.locator("[data-progress-all]").first
    expect(done).to_contain_text("ตอบแล้ว 1")

    page.evaluate("(news) => document.querySelector('form[data-answers]').answers.hear(news)", news)

    assert "ตอบแล้ว 1" in done.inner_text()


def test_a_line_that_comes_back_while_a_sending_fails_is_not_waited_for_again(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    address, sending = reverse("supervision:visit-form-save", args=[visit.pk, visit.forms.get().pk]), []

    def hold(route):
        sending.append(route)

    page.route(f"**{address}", hold)
    with page.expect_request(f"**{address}"):
        rate(page, "A1", 4)
    page.evaluate("""() => {
        document.querySelector('form[data-answers]').answers.delay = 60_000;
        window.dispatchEvent(new Event('online'));
    }""")
    sending[0].abort("internetdisconnected")
    page.unroute(f"**{address}", hold)

    expect(status(page)).to_contain_text(SAVED)
    assert answers(visit) == {"A1": 4}


def test_a_device_that_stops_keeping_answers_still_sends_them(world, visit, phone):
    page = ready(phone(world.supervisor).page)
    page.evaluate(
        "() => { IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError'); } }"
    )

    rate(page, "A1", 5)
    expect(status(page)).to_contain_text(SAVED)
    rate(page, "A2", 3)

    expect(page.locator("#q-A2 [data-saved]")).to_contain_text(SAVED)
    assert answers(visit) == {"A1": 5, "A2": 3}


def test_a_sign_in_that_ended_loses_nothing(world, visit, phone):
    made = phone(world.supervisor)
    page = ready(made.page)
    Session.objects.all().delete()
    cache.clear()

    rate(page, "A1", 4)
    expect(status(page)).to_contain_text("เข้าสู่ระบบอีกครั้ง")
    assert answers(visit) == {}
    made.admit(world.supervisor)
    page.evaluate("window.dispatchEvent(new Event('online'))")

    expect(status(page)).to_contain_text(SAVED)
    assert answers(visit) == {"A1": 4}


def test_two_who_answer_differently_both_see_it_and_one_settles(world, visit, phone):
    mine, theirs = phone(world.supervisor), phone(world.colleague)
    ready(mine.page), ready(theirs.page)
    expect(mine.page.locator("[data-others]")).to_contain_text("มานะ", timeout=15_000)
    theirs.context.set_offline(True)
    rate(theirs.page, "A1", 2)
    rate(mine.page, "A1", 5)
    expect(status(mine.page)).to_contain_text(SAVED)

    theirs.context.set_offline(False)
    expect(theirs.page.locator("#q-A1 .q-conflict")).to_be_visible()
    expect(mine.page.locator("#q-A1 .q-conflict")).to_be_visible(timeout=15_000)
    mine.page.locator("#q-A1 .q-conflict-option").first.click()

    expect(mine.page.locator("#q-A1 .q-conflict")).to_have_count(0)
    expect(theirs.page.locator("#q-A1 .q-conflict")).to_have_count(0, timeout=15_000)
    [entry] = [entry for key, entry in visit.forms.get().response.answers.items() if key == "A1"]
    assert (entry["v"], "rivals" in entry) == (5, False)


def test_without_scripts_the_buttons_save_and_go_on(world, visit, phone):
    page = phone(world.supervisor, scripts=False).page

    rate(page, "A1", 3)
    page.get_by_role("button", name="ตอนต่อไป").click()

    expect(page.locator("h2")).to_have_text("ข้อมูลเพิ่มเติม")
    assert answers(visit) == {"A1": 3}


def test_a_summary_typed_before_the_sign_in_ended_comes_back(world, visit, device, live_server):
    made = device(live_server.url)
    made.admit(world.supervisor)
    page = made.page
    address = reverse("supervision:visit-edit", args=[visit.pk])
    page.goto(address)
    page.get_by_label("สรุปผลการนิเทศ").fill("พิมพ์ไว้ยาวมาก")
    expect(page.locator(".draft-state")).to_contain_text("เก็บไว้ในเครื่องแล้ว")
    Session.objects.all().delete()
    cache.clear()

    page.get_by_role("button", name="บันทึก", exact=True).click()
    page.wait_for_url("**/account/login/**")
    made.admit(world.supervisor)
    page.goto(address)
    expect(page.get_by_label("สรุปผลการนิเทศ")).to_have_value("พิมพ์ไว้ยาวมาก")
    page.get_by_role("button", name="บันทึก", exact=True).click()

    expect(page.get_by_role("status").first).to_contain_text("บันทึกเรียบร้อยแล้ว")
    assert Visit.objects.get(pk=visit.pk).summary == "พิมพ์ไว้ยาวมาก"
    page.goto(address)
    assert page.evaluate("localStorage.length") <= 1
    expect(page.locator(".draft-state")).to_be_hidden()


def test_a_signature_is_drawn_with_a_finger(world, visit, device, live_server):
    made = device(live_server.url)
    made.admit(world.supervisor)
    page = made.page
    page.goto(reverse("supervision:visit-sign", args=[visit.pk]) + "?side=school")
    page.get_by_label("ชื่อและนามสกุล").fill("นายประยูร ใจดี")
    draw(page)
    page.get_by_role("button", name="ลงนาม", exact=True).click()

    expect(page.get_by_alt_text("ลายมือชื่อผู้รับการนิเทศ")).to_be_visible()
    assert visit.signatures.get().image
