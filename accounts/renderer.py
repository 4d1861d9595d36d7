"""How each form of the product is rendered: as Django does, and a file that was chosen has to be chosen again."""

from django.forms import BoundField, FileField
from django.forms.renderers import TemplatesSetting
from django.utils.html import format_html

CHOOSE_AGAIN = "โปรดเลือกไฟล์อีกครั้งก่อนส่ง ไฟล์ที่เลือกไว้เดิมไม่ได้ติดมากับหน้านี้"


class FieldOnPage(BoundField):
    """A page that comes back with what was typed can't hold the file: its field says so where one had been chosen."""

    def __init__(self, form, field, name):
        super().__init__(form, field, name)
        if isinstance(field, FileField) and form.files.get(self.html_name):
            self.help_text = format_html('<strong class="d-block">{}</strong>{}', CHOOSE_AGAIN, self.help_text)


class Renderer(TemplatesSetting):
    bound_field_class = FieldOnPage
