"""What Django and its packages say is said in Thai: the catalogue is compiled, whole, and used."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translated
from django.utils.translation import ngettext

FOLDER = Path(settings.BASE_DIR, "thai", "locale", "th", "LC_MESSAGES")
ENTRY = re.compile(
    r'^msgid "(?P<one>(?:[^"\\]|\\.)+)"\n(?:msgid_plural ".*"\n)?msgstr(?:\[0\])? "(?P<thai>(?:[^"\\]|\\.)*)"$', re.M
)


def entries() -> list[tuple[str, str]]:
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    return [(match["one"].replace('\\"', '"'), match["thai"].replace('\\"', '"')) for match in ENTRY.finditer(text)]


def test_the_compiled_catalogue_says_what_its_source_says():
    with (FOLDER / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    compiled = {key[0] if isinstance(key, tuple) else key: value for key, value in catalogue.items() if key}

    assert len(entries()) > 150
    assert compiled == dict(entries())


def test_every_translation_has_thai_letters_and_no_placeholder_of_its_own():
    for english, thai in entries():
        assert re.search("[ก-๛]", thai) or thai == "HTTP Accept" or "%(error)s" in thai, english
        assert set(re.findall(r"%\(\w+\)\w|\{\w*\}", thai)) <= set(re.findall(r"%\(\w+\)\w|\{\w*\}", english)), english


@pytest.mark.parametrize(
    ("said", "thai"),
    [
        (translated("This field is required."), "โปรดกรอกช่องนี้"),
        (translated("The two password fields didn’t match."), "รหัสผ่านสองช่องไม่ตรงกัน โปรดพิมพ์ใหม่ให้เหมือนกัน"),
        (
            ngettext(
                "This password is too short. It must contain at least %d character.",
                "This password is too short. It must contain at least %d characters.",
                10,
            ),
            "รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย %d ตัวอักษร",
        ),
        (
            translated("Select a valid choice. That choice is not one of the available choices."),
            "โปรดเลือกจากรายการที่มีให้",
        ),
    ],
)
def test_our_words_go_before_those_of_the_packages(said, thai):
    assert said == thai


def test_a_too_long_text_is_refused_in_thai(db):
    from accounts.models import User

    with pytest.raises(ValidationError) as refusal:
        User(username="somjai", first_name="ก" * 151, password="x").full_clean()

    assert refusal.value.message_dict == {"first_name": ["ต้องไม่เกิน 150 ตัวอักษร (พิมพ์มา 151)"]}
