"""What a row of a sheet of members means; every row is checked by the service that adds members by hand."""

from datetime import date
from typing import Any, ClassVar

from django.utils import timezone
from import_export.instance_loaders import BaseInstanceLoader

from accounts.models import User
from networks.models import Member, MemberKind, MemberRole, Network
from networks.queries.members import people_of
from networks.services.keeping import NetworkRefusedError
from networks.services.members import enter
from schools.columns import ColumnSet
from schools.models import School
from schools.resources import RegisterResource
from schools.resources.base import refuse, schools_by_code
from thai.dates import ThaiDateError, parse_thai_date
from thai.text import normalise_code, search_key

COLUMNS = ColumnSet(
    headings={
        "kind": ("ประเภทสมาชิก", "kind", "ประเภท"),
        "name": ("ชื่อสมาชิก", "name", "ชื่อ", "ชื่อ-สกุล", "ชื่อ-นามสกุล", "ชื่อและนามสกุล", "รายชื่อ"),
        "role": ("บทบาท", "role", "ตำแหน่งในเครือข่าย", "หน้าที่"),
        "username": ("ชื่อผู้ใช้", "username", "บัญชีผู้ใช้"),
        "obec_code": ("รหัสโรงเรียน 10 หลัก", "obec_code", "รหัสโรงเรียน", "รหัสสถานศึกษา"),
        "organisation": ("สังกัด", "organisation", "หน่วยงาน", "โรงเรียน"),
        "contact": ("ช่องทางติดต่อ", "contact", "ติดต่อ", "โทรศัพท์", "เบอร์โทรศัพท์"),
        "expertise": ("ความเชี่ยวชาญ", "expertise", "ความถนัด"),
        "joined_on": ("ตั้งแต่วันที่", "joined_on", "วันที่เริ่ม", "เริ่มเมื่อ"),
        "left_on": ("ถึงวันที่", "left_on", "วันที่สิ้นสุด", "สิ้นสุดเมื่อ"),
    },
    required=("name",),
)


LONGEST = {"name": 200, "organisation": 200, "contact": 200, "expertise": 300}
"""Letters that the fields take."""


def _words(choices, more: dict[str, str]) -> dict[str, str]:
    known = {search_key(label): value for value, label in choices} | {value: value for value, _ in choices}
    return known | {search_key(word): value for word, value in more.items()}


KINDS = _words(MemberKind.choices, {"โรงเรียน": "school", "คน": "person", "ครู": "person", "องค์กร": "agency"})
ROLES = _words(MemberRole.choices, {"ประธานเครือข่าย": "chair", "เลขา": "secretary", "กรรมการและเลขานุการ": "secretary"})


class NewLoader(BaseInstanceLoader):
    """A sheet only adds: what is there already is told of and left alone."""

    def get_instance(self, row):
        return None


class MemberResource(RegisterResource):
    """Members of one network, which the caller holds while it writes."""

    labels: ClassVar[dict[str, str]] = {
        "kind": "ประเภทสมาชิก",
        "name": "ชื่อ",
        "role": "บทบาท",
        "organisation": "สังกัด",
        "joined_on": "ตั้งแต่วันที่",
        "left_on": "ถึงวันที่",
    }
    columns = COLUMNS

    class Meta:
        model = Member
        fields = ()
        import_id_fields = ()
        instance_loader_class = NewLoader
        skip_unchanged = False
        skip_diff = True

    def __init__(self, *, network: Network, **kwargs):
        super().__init__(area=network.area, **kwargs)
        self.network = network

    def before_import(self, dataset, **kwargs):
        self.same = False
        codes = dataset["obec_code"] if "obec_code" in dataset.headers else []
        self.schools = schools_by_code({normalise_code(code) for code in codes} - {""})
        names = {self._school_name(name) for name in dataset["name"]}
        self.by_name: dict[str, list[School]] = {}
        for school in School.objects.filter(area=self.network.area_id, name__in=names).open_on():
            self.by_name.setdefault(school.name, []).append(school)
        self.people: dict[str, User] = {}
        if "username" in dataset.headers:
            wanted = {name.strip() for name in dataset["username"]} - {""}
            self.people = {user.username: user for user in people_of(self.network.area_id).filter(username__in=wanted)}
        self.taken: set[tuple[str, str]] = set(self.network.members.current().values_list("role", "identity"))

    @staticmethod
    def _school_name(name: str) -> str:
        return name.strip().removeprefix("โรงเรียน").strip()

    # -- One row ---------------------------------------------------------------------------------------------------

    def check(self, row: dict[str, Any]) -> None:
        self.same = False
        name = row["name"]
        if not name:
            raise refuse("ไม่มีชื่อสมาชิก โปรดเติมชื่อแล้วนำเข้าอีกครั้ง")
        kind, role = self._choice(row, "kind", KINDS, MemberKind), self._choice(row, "role", ROLES, MemberRole)
        kind = kind or (MemberKind.SCHOOL if row.get("obec_code") and not row.get("username") else MemberKind.PERSON)
        role = role or MemberRole.MEMBER
        self.outcome.code = str(MemberRole(role).label)
        user = self._person(row.get("username", "")) if kind == MemberKind.PERSON else None
        school = self._school(row, kind)
        typed = {
            "name": "" if user or (school and kind == MemberKind.SCHOOL) else name,
            "organisation": "" if user or (school and kind == MemberKind.SCHOOL) else row.get("organisation", ""),
            "contact": row.get("contact", ""),
            "expertise": row.get("expertise", ""),
        }
        for column, value in typed.items():
            if len(value) > LONGEST[column]:
                raise refuse(f"{COLUMNS.label(column)}ยาวเกิน {LONGEST[column]} ตัวอักษร โปรดย่อแล้วนำเข้าอีกครั้ง")
        first = self._day(row, "joined_on") or max(timezone.localdate(), self.network.started_on)
        days = {"joined_on": first, "left_on": self._day(row, "left_on")}
        if days["left_on"] and days["left_on"] < first:
            raise refuse("วันสิ้นสุดวาระอยู่ก่อนวันเริ่ม โปรดตรวจสอบวันทั้งสองช่อง")
        self.entry = {"kind": kind, "role": role, "user": user, "school": school, **typed, **days}
        self._try(row)

    def _try(self, row: dict[str, Any]) -> None:
        """Ask the service, without writing. A member of the same role today is no mistake: the row changes nothing."""
        probe = Member(network=self.network, **self.entry)
        probe.set_keys()
        key = (probe.role, probe.identity)
        self.check_twice(key, f"{probe.shown_name} บทบาท{probe.get_role_display()}")
        if probe.role == MemberRole.CHAIR:
            self.check_twice(MemberRole.CHAIR, "ประธานเครือข่าย")
            self.seen[MemberRole.CHAIR] = self.outcome.row
        if key in self.taken and not row.get("joined_on"):
            self.same = True
        else:
            try:
                self.entered = enter(self.network, by=self.by, dry_run=True, **self.entry)
            except NetworkRefusedError as error:
                raise refuse(str(error)) from error
        self.seen[key] = self.outcome.row
        self.outcome.name = probe.shown_name[:200]
        if not self.same:
            self.outcome.changes = [
                [label, "", self.shown(self.entered, name)]
                for name, label in self.labels.items()
                if self.shown(self.entered, name)
            ]

    def _choice(self, row, column: str, known: dict[str, str], choices) -> str:
        text = row.get(column, "")
        if not text:
            return ""
        found = known.get(search_key(text))
        if found is None:
            offered = " ".join(str(label) for label in choices.labels)
            raise refuse(f"ไม่รู้จัก{COLUMNS.label(column)} “{text[:40]}” โปรดใช้คำใดคำหนึ่ง: {offered}")
        return found

    def _person(self, username: str) -> User | None:
        if not username:
            return None
        if username not in self.people:
            raise refuse(f"ไม่พบบัญชี “{username[:40]}” ในเขตพื้นที่นี้ โปรดตรวจชื่อผู้ใช้ หรือเว้นว่างเพื่อใช้ชื่อที่พิมพ์")
        return self.people[username]

    def _school(self, row, kind: str) -> School | None:
        code = row["obec_code"]
        if code and kind in {MemberKind.PERSON, MemberKind.SCHOOL}:
            self.check_code(code)
            school = self.schools.get(code)
            if school is None or school.area_id != self.network.area_id:
                raise refuse(f"ไม่พบโรงเรียนรหัส {code} ในทะเบียนของเขตพื้นที่นี้ โปรดตรวจสอบรหัส หรือเว้นว่างเพื่อใช้ชื่อที่พิมพ์")
            return school
        if kind != MemberKind.SCHOOL:
            return None
        named = self.by_name.get(self._school_name(row["name"]), [])
        if len(named) > 1:
            raise refuse(f"มีโรงเรียนชื่อ “{row['name'][:60]}” หลายแห่ง โปรดเติมรหัสโรงเรียน 10 หลัก")
        if not named:
            self.outcome.warnings.append("ไม่พบชื่อนี้ในทะเบียนสถานศึกษา จะบันทึกเป็นชื่อที่พิมพ์")
        return named[0] if named else None

    def _day(self, row, column: str) -> date | None:
        text = row.get(column, "")
        if not text:
            return None
        try:
            return parse_thai_date(text)
        except ThaiDateError as error:
            raise refuse(f"{COLUMNS.label(column)}: {error}") from error

    # -- Writing ---------------------------------------------------------------------------------------------------

    def shown(self, instance, name):
        if name == "name":
            return instance.shown_name
        if name == "organisation":
            return instance.affiliation
        if name in {"kind", "role"}:
            return str(getattr(instance, f"get_{name}_display")())
        return super().shown(instance, name)

    def import_instance(self, instance, row, **kwargs):
        """The service makes the member."""

    def skip_row(self, instance, original, row, import_validation_errors=None):
        return self.same

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):  # noqa: FBT002 -- import-export's
        """The service has validated the row."""

    def save_instance(self, instance, is_create, row, **kwargs):
        if not self.dry_run:
            enter(self.network, by=self.by, **self.entry)
