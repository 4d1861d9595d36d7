"""Kinds of documents: registered by apps, printed from a view or from the command line."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.template.loader import render_to_string
from django.test import override_settings

from documents import kinds
from documents.kinds import UnknownKindError, document_kind, get_kind, pdf_response, render_document, safe_filename
from documents.pdf import render_pdf

from .reading import by_pypdf, packed, page

TEMPLATE = """{% extends "documents/base.html" %}{% block content %}
<p>{{ group.name }}</p>{% include "documents/_meta.html" with rows=rows only %}{% endblock content %}"""


@pytest.fixture
def sample(tmp_path, settings, monkeypatch):
    """A kind that prints a group of users, for the tests that need one."""
    monkeypatch.setattr(kinds, "_kinds", {})
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "sample.html").write_text(TEMPLATE, encoding="utf-8")
    templates = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], folder]}]

    @document_kind(
        "sample",
        label="เอกสารตัวอย่าง",
        model=Group,
        template="sample.html",
        queryset=lambda user: Group.objects.filter(user=user),
        record_code=lambda group: f"G-{group.pk:04d}",
    )
    def build(group, user):
        return {"group": group, "rows": [("ผู้อ่าน", "ทุกคน" if user is None else user.get_username())]}

    with override_settings(TEMPLATES=templates):
        yield get_kind("sample")


@pytest.fixture
def group(db):
    return Group.objects.create(name="กลุ่มนิเทศ <ทำการ>")


def test_a_kind_prints_a_record_with_title_code_and_file_name(sample, group):
    rendered = render_document("sample", group)
    text = packed(by_pypdf(rendered.content))
    assert rendered.code == f"G-{group.pk:04d}"
    assert rendered.title == "เอกสารตัวอย่าง"
    assert rendered.filename == f"เอกสารตัวอย่าง G-{group.pk:04d}.pdf"
    assert "กลุ่มนิเทศ<ทำการ>" in text
    assert "ผู้อ่านทุกคน" in text
    assert text.count(rendered.code) == 2  # the head and the foot


def test_a_code_is_registered_once(sample):
    with pytest.raises(ValueError, match="twice"):
        document_kind("sample", label="อีกชนิด", model=Group, template="x.html")(lambda group, user: {})


def test_an_unknown_kind_names_the_known_ones(sample):
    with pytest.raises(UnknownKindError, match="ไม่รู้จักชนิดเอกสาร “other” ชนิดที่มี: sample"):
        get_kind("other")


def test_a_user_prints_what_the_queryset_gives_and_the_command_line_everything(sample, group, django_user_model):
    user = django_user_model.objects.create(username="somchai")
    assert not sample.objects(user).exists()
    assert sample.objects(None).get() == group


def test_the_command_lists_the_kinds_in_thai(sample):
    out = io.StringIO()
    call_command("render_document", "--list", stdout=out)
    assert out.getvalue() == "sample  เอกสารตัวอย่าง\n"


def test_the_command_writes_the_file(sample, group, tmp_path):
    target = tmp_path / "เอกสาร.pdf"
    call_command("render_document", "sample", str(group.pk), "--out", str(target), stdout=io.StringIO())
    assert "กลุ่มนิเทศ<ทำการ>" in packed(by_pypdf(target.read_bytes()))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["other", "1", "--out", "{folder}/x.pdf"], "ชนิดที่มี: sample"),
        (["sample", "999999", "--out", "{folder}/x.pdf"], "ไม่พบ.*รหัส 999999"),
        (["sample", "abc", "--out", "{folder}/x.pdf"], "ไม่พบ.*รหัส abc"),
        (["sample", "9" * 40, "--out", "{folder}/x.pdf"], "ไม่พบ"),
        (["sample", "{pk}", "--out", "/no/such/folder/x.pdf"], "เขียนไฟล์ /no/such/folder/x.pdf ไม่ได้"),
        (["sample", "{pk}"], "โปรดระบุ KIND ID --out"),
        (["sample"], "โปรดระบุ KIND ID --out"),
        ([], "โปรดระบุ KIND ID --out"),
    ],
)
def test_the_command_says_why_it_refuses(sample, group, arguments, reason, tmp_path):
    with pytest.raises(CommandError, match=reason):
        call_command("render_document", *[argument.format(pk=group.pk, folder=tmp_path) for argument in arguments])
    assert list(tmp_path.glob("*.pdf")) == []


@pytest.mark.parametrize(("download", "way"), [(False, "inline"), (True, "attachment")])
def test_the_answer_carries_the_thai_file_name(sample, group, download, way):
    response = pdf_response(render_document(sample, group), download=download)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith(f"{way}; filename*=utf-8''%E0%B9%80%E0%B8%AD")
    assert response.content.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("แผน 1/2569.pdf", "แผน 1-2569.pdf"),
        ('a"b\r\nc.pdf', "a-b-c.pdf"),
        ("../../etc.pdf", "-..-etc.pdf"),
        ("ก" * 200 + ".pdf", "ก" * 78 + ".pdf"),
        ("รูป\u202egpj.exe", "รูปgpj.exe"),
        ("a\u2066\u061c\u200b\x85b\x00.pdf", "a b-.pdf"),
        ("ประชุม ป." + "ก" * 200, "ประชุม ป." + "ก" * 72),
    ],
)
def test_a_file_name_is_one_that_every_system_takes(name, safe):
    assert safe_filename(name) == safe


def test_base_template_shows_a_draft_as_a_draft(sample, group):
    html = render_to_string("documents/base.html", {"title": "แผน", "code": "P-1", "watermark": "ร่าง"})
    assert "ร่าง" in by_pypdf(render_pdf(html))
    assert "ร่าง" not in by_pypdf(render_pdf(html.replace("ร่าง", "")))
    assert packed(by_pypdf(render_pdf(page("<p>x</p>")))) == "x"
