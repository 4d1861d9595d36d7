"""A form that comes back says which file has to be chosen again, whichever app it belongs to."""

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.renderer import CHOOSE_AGAIN


class Letter(forms.Form):
    title = forms.CharField()
    copy = forms.FileField(required=False, help_text="PDF เท่านั้น <10 MB")
    annex = forms.FileField(required=False)


@pytest.mark.parametrize("prefix", [None, "p"])
def test_only_the_field_whose_file_was_chosen_says_to_choose_it_again(prefix):
    file = SimpleUploadedFile("a.pdf", b"%PDF-1.7")
    form = Letter({}, {f"{prefix}-copy" if prefix else "copy": file}, prefix=prefix)

    assert form.errors
    assert CHOOSE_AGAIN in form["copy"].help_text
    assert "PDF เท่านั้น &lt;10 MB" in form["copy"].help_text
    assert (form["annex"].help_text, form["title"].help_text) == ("", "")
    assert render_crispy_form(form).count(CHOOSE_AGAIN) == 1
    assert CHOOSE_AGAIN in str(form)


def test_a_form_that_is_shown_first_or_without_a_file_does_not():
    for form in (Letter(), Letter({}, {})):
        assert CHOOSE_AGAIN not in render_crispy_form(form)
