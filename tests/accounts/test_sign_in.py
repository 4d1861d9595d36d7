"""Signing in, being locked out, changing and resetting a password: in Thai, and never further than it should go."""

import re

import pytest
from axes.helpers import get_client_ip_address
from django.contrib.auth import get_user
from django.core import mail

from tests.supervision.factories import make_user

LOGIN, PASSWORD = "/account/login/", "แมวสีเทา-2569"


@pytest.fixture
def person(db):
    user = make_user("สมใจ", username="somjai", email="somjai@example.org")
    user.set_password(PASSWORD)
    user.save()
    return user


def signs_in(client, username="somjai", password=PASSWORD, next_page=""):
    return client.post(LOGIN, {"username": username, "password": password, "next": next_page})


def test_the_right_password_leads_to_the_first_page(client, person):
    response = signs_in(client)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert get_user(client) == person


@pytest.mark.parametrize(
    ("username", "password"), [("somjai", "ผิด"), ("somjai", ""), ("nobody", PASSWORD), ("", ""), ("a\x00b", "x")]
)
def test_anything_else_is_refused_in_words_that_help(client, person, username, password):
    page = signs_in(client, username, password)

    assert page.status_code == 200
    assert not get_user(client).is_authenticated
    text = page.content.decode()
    sentences = ["ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง", "โปรดกรอกช่องนี้", "ข้อความมีอักขระที่ใช้ไม่ได้"]
    assert [sentence for sentence in sentences if sentence in text]


def test_a_closed_account_is_not_let_in(client, person):
    person.is_active = False
    person.save()

    signs_in(client)

    assert not get_user(client).is_authenticated


def test_closing_an_account_ends_its_open_sessions(client, person):
    signs_in(client)
    person.is_active = False
    person.save()

    assert client.get("/account/").status_code == 302


def test_a_closed_page_asks_to_sign_in_and_leads_back_to_it(client, person):
    asked = client.get("/account/")
    assert asked["Location"] == f"{LOGIN}?next=/account/"
    assert "โปรดเข้าสู่ระบบเพื่อเปิดหน้าที่ท่านต้องการ" in client.get(asked["Location"]).content.decode()

    assert signs_in(client, next_page="/account/")["Location"] == "/account/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"],
)
def test_nobody_is_led_to_another_site(client, person, elsewhere):
    assert signs_in(client, next_page=elsewhere)["Location"] == "/"
    assert client.get(f"{LOGIN}?next={elsewhere}")["Location"] == "/"


def test_who_is_signed_in_already_goes_on(client, person):
    client.force_login(person)

    assert client.get(LOGIN)["Location"] == "/"


def test_signing_out_needs_a_press_and_not_just_an_address(client, person):
    client.force_login(person)

    assert client.get("/account/logout/").status_code == 405
    assert client.post("/account/logout/")["Location"] == LOGIN
    assert not get_user(client).is_authenticated


# -- Locked out ----------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(settings):
    settings.AXES_ENABLED = True


def test_five_wrong_passwords_lock_the_person_at_that_address_and_say_so(client, person, guarded):
    answers = [signs_in(client, password="ผิด").status_code for _ in range(5)]
    page = signs_in(client)

    assert answers == [200, 200, 200, 200, 429]
    assert page.status_code == 429
    assert "พักการเข้าสู่ระบบชั่วคราว" in page.content.decode()
    assert not get_user(client).is_authenticated


def test_a_lock_touches_neither_a_colleague_at_the_same_address_nor_the_person_elsewhere(client, person, guarded):
    colleague = make_user("มานะ", username="mana")
    colleague.set_password(PASSWORD)
    colleague.save()
    for _ in range(5):
        signs_in(client, password="ผิด")

    assert signs_in(client, username="mana").status_code == 302
    client.logout()
    elsewhere = client.post(LOGIN, {"username": "somjai", "password": PASSWORD}, REMOTE_ADDR="203.0.113.9")
    assert elsewhere.status_code == 302


def test_behind_a_proxy_a_lock_holds_for_the_persons_own_address_whatever_the_browser_claims(
    client, person, guarded, settings
):
    settings.PROXY_COUNT = 1
    stranger = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    for number in range(5):
        claim = f"198.51.100.{number}, 203.0.113.9"
        client.post(
            LOGIN, {"username": "somjai", "password": "ผิด"}, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=claim
        )

    right = {"username": "somjai", "password": PASSWORD}
    assert client.post(LOGIN, right, **stranger).status_code == 429
    assert client.post(LOGIN, right, **stranger | {"HTTP_X_FORWARDED_FOR": "203.0.113.10"}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "unknown", "127.0.0.1"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_of_a_person_is_what_the_outermost_of_our_proxies_saw(rf, settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert get_client_ip_address(request) == address


def test_a_right_password_forgets_the_wrong_ones_before_it(client, person, guarded):
    for _ in range(4):
        signs_in(client, password="ผิด")
    assert signs_in(client).status_code == 302
    client.logout()

    assert [signs_in(client, password="ผิด").status_code for _ in range(4)] == [200] * 4


# -- Passwords -----------------------------------------------------------------------------------------------------


def test_a_changed_password_works_at_once_and_keeps_this_session(client, person):
    client.force_login(person)

    answer = client.post(
        "/account/password/",
        {"old_password": PASSWORD, "new_password1": "ช้างเผือก-2570", "new_password2": "ช้างเผือก-2570"},
    )

    assert answer["Location"] == "/account/password/changed/"
    assert client.get("/account/password/changed/").status_code == 200
    person.refresh_from_db()
    assert person.check_password("ช้างเผือก-2570")


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("ผิด", "ช้างเผือก-2570", "ช้างเผือก-2570"),
        (PASSWORD, "ช้างเผือก-2570", "ช้างเผือก-2571"),
        (PASSWORD, "สั้น", "สั้น"),
        (PASSWORD, "1234567890", "1234567890"),
        (PASSWORD, "somjai@example.org", "somjai@example.org"),
    ],
    ids=["wrong old one", "typed differently", "too short", "digits only", "one's own address"],
)
def test_a_bad_new_password_is_refused_in_thai(client, person, old, new, again):
    client.force_login(person)

    page = client.post("/account/password/", {"old_password": old, "new_password1": new, "new_password2": again})

    assert page.status_code == 200
    sentences = [str(e) for errors in page.context["form"].errors.values() for e in errors]
    assert sentences
    assert [s for s in sentences if not re.search("[ก-๛]", s)] == []
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_forgotten_password_is_set_anew_through_a_letter_in_thai(client, person):
    client.post("/account/reset/", {"email": "somjai@example.org"})
    (letter,) = mail.outbox
    link = re.search(r"https?://[^/]+(/account/reset/\S+)", letter.body)[1]
    form = client.get(link, follow=True)
    answer = client.post(form.request["PATH_INFO"], {"new_password1": "ช้างเผือก-2570", "new_password2": "ช้างเผือก-2570"})

    assert letter.subject == "ตั้งรหัสผ่านใหม่ของระบบนิเทศ"
    assert letter.to == ["somjai@example.org"]
    assert letter.body.startswith("เรียน นายสมใจ ใจดี")
    assert "หากท่านไม่ได้เป็นผู้ขอ ไม่ต้องทำอะไร" in letter.body
    assert answer["Location"] == "/account/reset/done/"
    person.refresh_from_db()
    assert person.check_password("ช้างเผือก-2570")
    assert "ใช้ไปแล้วหรือหมดอายุ" in client.get(link, follow=True).content.decode()


def test_an_unknown_address_gets_no_letter_and_the_same_answer(client, person):
    answer = client.post("/account/reset/", {"email": "nobody@example.org"})

    assert answer["Location"] == "/account/reset/sent/"
    assert "หากอีเมลนี้ลงทะเบียนไว้" in client.get("/account/reset/sent/").content.decode()
    assert mail.outbox == []


def test_a_closed_account_gets_no_letter(client, person):
    person.is_active = False
    person.save()

    client.post("/account/reset/", {"email": person.email})

    assert mail.outbox == []


@pytest.mark.parametrize("path", ["login/", "reset/", "password/", "", "reset/x/y/"])
def test_the_pages_of_an_account_hold_no_english_sentence(client, person, path):
    if path in {"password/", ""}:
        client.force_login(person)

    text = client.get(f"/account/{path}").content.decode()

    main = re.sub(r"<[^>]+>", " ", text[text.index("<main") :])
    main = main.replace("somjai@example.org", "").replace("somjai", "").replace("Caps Lock", "")
    assert re.findall(r"[A-Za-z]{3,}", main) == []
