"""The pages of a PDF are written once, however many tags point at them."""

import pydyf

from documents import page_references


def test_references_are_kept_until_a_page_is_added():
    page_references.install()
    pdf = pydyf.PDF()
    pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))

    before = pdf.page_references
    assert pdf.page_references is before

    pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
    assert pdf.page_references == (*before, f"{pdf.pages['Kids'][3]} 0 R".encode())
