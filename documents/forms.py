"""Forms on which an office says what its papers say and in which fonts they are printed."""

from typing import Any

from django import forms

from accounts.forms import Plain
from documents.font_trial import MAX_BYTES
from documents.models import FontFace
from documents.wording import WordingError, WordingKind, check
from thai.fields import ThaiCharField

FONT_LIMIT = f"ไม่เกิน {MAX_BYTES // 1024 // 1024} MB"


class WordingForm(Plain, forms.Form):
    """Every passage of one kind of paper; each is checked by itself, so that one bad field does not lose the rest."""

    def __init__(self, *args, kind: WordingKind, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        for key, passage in kind.passages.items():
            known = " · ".join(f"{{{name}}}" for name in passage.examples)
            self.fields[key] = ThaiCharField(
                label=passage.label,
                required=False,
                widget=forms.Textarea(attrs={"rows": min(8, 2 + len(passage.default) // 80)}),
                help_text=f"ช่องที่ระบบแทนค่าให้: {known}" if known else "",
            )

    def clean(self) -> dict[str, Any]:
        for key, passage in self.kind.passages.items():
            try:
                check(passage, self.cleaned_data.get(key) or "")
            except WordingError as error:
                self.add_error(key, str(error))
        return self.cleaned_data


class FontForm(Plain, forms.Form):
    """One file for each face, none of them needed: what is left empty stays as it is."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for face in FontFace:
            self.fields[face.value] = forms.FileField(
                label=face.label,
                required=False,
                widget=forms.FileInput(attrs={"accept": ".ttf,.otf", "data-file-names": f"เลือกไฟล์{face.label}"}),
                error_messages={"empty": "ไฟล์นี้ว่างเปล่า โปรดตรวจสอบว่าเลือกถูกไฟล์"},
            )

    def clean(self) -> dict[str, Any]:
        if not self.errors and not self.chosen:
            raise forms.ValidationError("โปรดเลือกไฟล์แบบอักษรอย่างน้อยหนึ่งไฟล์ (.ttf หรือ .otf)")
        for face, upload in self.chosen.items():
            if upload.size > MAX_BYTES:
                self.add_error(face, f"ไฟล์ {upload.name[:60]} ใหญ่เกินไป ต้อง{FONT_LIMIT}")
        return self.cleaned_data

    @property
    def chosen(self) -> dict[str, Any]:
        return {face: upload for face, upload in self.cleaned_data.items() if upload}

    def refuse_size(self) -> None:
        """Instead of “no file”: more came than four fonts may be."""
        self.full_clean()
        self.errors.clear()
        self.add_error(None, f"ไฟล์ใหญ่เกินไป แต่ละไฟล์ต้อง{FONT_LIMIT} โปรดเลือกไฟล์แบบอักษรต้นฉบับ")
