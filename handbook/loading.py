"""Put the handbook that comes with the product into an office; run again, it changes nothing."""

from django.db import transaction

from handbook.checking import problems
from handbook.content import read
from handbook.flows import PUBLISHED
from handbook.models import Edition
from handbook.reference import FISCAL_YEAR, shipped
from schools.models import AreaOffice
from workflows.digests import digest_of


@transaction.atomic
def load_handbook(area: AreaOffice) -> bool:
    """Give the office the shipped handbook, unless it has a handbook of its own. Whether it was given.

    A shipped edition is born published: nobody's decision in this office, so no transition is logged and no day is
    known. Raises ValueError where the shipped document is broken.
    """
    if Edition.objects.filter(area=area).exists():
        return False
    content = shipped()
    if found := problems(read(content)):
        raise ValueError(" ".join(found))
    edition = Edition(
        area=area,
        fiscal_year=FISCAL_YEAR,
        content=content,
        content_hash=digest_of(content),
        state=PUBLISHED,
    )
    Edition.objects.bulk_create([edition])
    return True
