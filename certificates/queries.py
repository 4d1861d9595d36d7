"""Reads of certificates: what an address or a number with its code leads to."""

from certificates.models import CODE, TOKEN, Batch, Certificate
from thai.numerals import to_arabic


def _plain(typed: str) -> str:
    return "".join(letter for letter in to_arabic(typed).lower() if letter.isalnum())


def verified(token: str) -> Certificate | None:
    """The certificate of a verification address; letters typed large or with spaces and dashes are read."""
    token = _plain(token)
    return Certificate.objects.issued().with_batch().filter(token=token).first() if len(token) == TOKEN else None


def found_by(number: str, code: str) -> Certificate | None:
    """The certificate with this number (15/2569, in Thai or Arabic digits) whose token begins with the code."""
    place, _, year = to_arabic(number).replace(" ", "").removeprefix("เลขที่").partition("/")
    code = _plain(code)
    if not (place.isdecimal() and year.isdecimal() and len(place) < 8 and len(year) == 4 and len(code) == CODE):
        return None
    found = Certificate.objects.issued().with_batch()
    return found.filter(number=int(place), register__year=int(year), token__startswith=code).first()


def batches_from(url: str):
    """The batches, not cancelled, that another part of the product made for the record at this address."""
    return Batch.objects.filter(source_url=url).exclude(state="cancelled")
