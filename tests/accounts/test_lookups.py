"""Keys that no column holds."""

import pytest
from django import forms

from schools.models import School


class Choice(forms.Form):
    schools = forms.ModelMultipleChoiceField(queryset=School.objects.all())
    school = forms.ModelChoiceField(queryset=School.objects.all())


@pytest.mark.parametrize("key", ["99999999999999999999", "-99999999999999999999", "0"])
def test_a_key_that_no_column_holds_is_refused_like_one_that_is_not_there(world, key):
    form = Choice({"schools": [world.school.pk, key], "school": key})

    assert not form.is_valid()
    assert form.errors.keys() == {"schools", "school"}
    assert list(School.objects.filter(pk__in=[world.school.pk, int(key)])) == [world.school]
    assert list(School.objects.exclude(pk__in=[int(key)]).filter(pk=world.school.pk)) == [world.school]
