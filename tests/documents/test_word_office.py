"""A word processor opens the files as they are meant: LibreOffice, in one run, makes PDF of them, and nothing is lost."""

import io
import shutil
import subprocess
from datetime import date

import pypdf
import pytest
from django.template.loader import render_to_string

from documents.word import render_word

from .reading import by_poppler, packed
from .word_reading import by_docx

RICH = """<!doctype html><html lang="th"><head><title>แผน</title><style>
@page wide {{ size: A4 landscape }} .wide {{ page: wide; break-before: page }}</style></head><body>
<h1 class="doc-title">แผนการนิเทศ</h1><h2>น้ำใจของครู ทำการ</h2><ol><li>ข้อหนึ่ง</li><li>ข้อสอง</li></ol>
<table><caption>ผล</caption><thead><tr><th rowspan="2">ที่</th><th colspan="2">คะแนน</th></tr><tr><th>ก่อน</th><th>หลัง</th></tr>
</thead><tbody>{rows}</tbody></table><div class="wide"><p>หน้าแนวนอน</p></div></body></html>"""
ROW = "<tr><td>{0}</td><td>ปั้นน้ำ {0}</td><td>ฝึกฝน</td></tr>"
PAPER = {
    "title": "บันทึก", "code": "M-1", "office": "สำนักงานเขตพื้นที่การศึกษา", "unit": "กลุ่มนิเทศ", "number": "ศธ 04001/12",
    "day": date(2026, 11, 21), "subject": "รายงานผลการนิเทศ", "to": "ผู้อำนวยการ", "enclosures": ["รายงาน", "บัญชี"],
    "paragraphs": ["ด้วยกลุ่มนิเทศ"], "signer": {"name": "นางสาวสมศรี ใจดี", "position": "ศึกษานิเทศก์"},
    "items": [{"heading": "คณะทำงาน", "lines": [{"name": "นายหนึ่ง", "position": "ครู", "role": "กรรมการ"}]}],
}  # fmt: skip
BAD = f"<!doctype html><html lang='th'><head><title>x</title></head><body><p>{'ฬ' * 5_000}</p><p>a\x01b 🙂</p></body></html>"


def test_a_word_processor_reads_every_word_and_repeats_the_heads_of_tables(tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed here: tools/system_packages.sh test")
    files = {
        "rich": render_word(RICH.format(rows="".join(ROW.format(number) for number in range(1, 61)))),
        "bad": render_word(BAD),
        **{name: render_word(render_to_string(f"documents/official/{name}.html", PAPER)) for name in ("memo", "order")},
    }
    for name, content in files.items():
        (tmp_path / f"{name}.docx").write_bytes(content)

    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, *(f"{name}.docx" for name in files)], cwd=tmp_path, check=True, capture_output=True, timeout=120
    )

    pdfs = {name: (tmp_path / f"{name}.pdf").read_bytes() for name in files}
    lost = {
        name: _lost(by_docx(files[name]), packed(by_poppler(pdfs[name], tmp_path))) for name in files if name != "bad"
    }
    assert lost == {"rich": "", "memo": "", "order": ""}
    bad = packed(by_poppler(pdfs["bad"], tmp_path))
    assert bad.count("ฬ") == 5_000
    assert "ab" in bad
    assert {
        name: [len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdfs[name])).pages] for name in ("memo", "order")
    } == {
        "memo": [1],
        "order": [1],
    }, "each wears its Garuda"
    pages = pypdf.PdfReader(io.BytesIO(pdfs["rich"])).pages
    assert len(pages) > 2
    *tables, _wide, _end = by_poppler(pdfs["rich"], tmp_path).split("\f")
    assert all("คะแนน" in packed(page) for page in tables)
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [False] * (len(pages) - 1) + [True]


def _lost(words: str, read: str) -> str:
    """The letters of `words` that do not follow each other in `read`, which may have more between them: heads, numbers."""
    letters = iter(_same(read))
    for number, letter in enumerate(_same(words)):
        if letter not in letters:
            return _same(words)[number : number + 20]
    return ""


def _same(text: str) -> str:
    """ำ in one form: PDF tells it in two parts."""
    return text.replace("\u0e33", "\u0e4d\u0e32")
