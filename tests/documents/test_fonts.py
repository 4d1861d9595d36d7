"""The fonts of documents are made once, whole, and say what they are."""

import threading

import pytest
from fontTools.ttLib import TTFont

from documents import fonts as module
from documents.fonts import FACES, INDEX, TEXT, build, fonts
from documents.glyphs import FontError, split_sara_am


def test_building_again_changes_nothing():
    folder = build()
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert build() == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_two_builders_at_once_leave_one_whole_set(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(module, "FACES", FACES[:1])
    together = threading.Barrier(2)
    make_face = module._build_face

    def both_at_once(*args):
        together.wait(timeout=30)
        make_face(*args)

    monkeypatch.setattr(module, "_build_face", both_at_once)
    folders = []
    workers = [threading.Thread(target=lambda: folders.append(build())) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(folders) == 2
    assert folders[0] == folders[1]
    assert list((tmp_path / "fonts").iterdir()) == [folders[0]]
    assert {path.name for path in folders[0].iterdir()} == {FACES[0].file, INDEX}


def test_a_build_that_fails_leaves_nothing_behind(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path

    def fail(*args):
        raise FontError("broken")

    monkeypatch.setattr(module, "_build_face", fail)
    with pytest.raises(FontError):
        build()
    assert list((tmp_path / "fonts").iterdir()) == []


def test_derived_fonts_have_names_of_their_own():
    names = {str(TTFont(fonts().folder / face.file)["name"].getDebugName(1)) for face in FACES}
    assert names == {"Nithet Text", "Nithet Signs", "Nithet Signs 2", "Nithet Emoji"}


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_every_font_has_a_space_because_pango_does_not_ask(face):
    assert 0x20 in TTFont(fonts().folder / face.file).getBestCmap()


def test_every_character_of_thai_and_of_office_work_can_be_drawn():
    needed = {chr(code) for code in range(0x0E01, 0x0E5C) if not 0x0E3B <= code <= 0x0E3E}
    needed |= set("σμαβχ²³½°±×÷≥≤≠≈√∑☐☑☒✓✔✗●○■□★→“”‘’–—…•№\u0304\u00a0👍🙏😊")
    assert needed <= fonts().characters


def test_a_font_without_thai_is_refused():
    latin = next(face for face in FACES if face.family != TEXT)
    with pytest.raises(FontError, match="Thai"):
        split_sara_am(TTFont(fonts().folder / latin.file))
