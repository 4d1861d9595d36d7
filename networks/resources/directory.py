"""ทำเนียบเครือข่าย as a workbook: one sheet of networks, one of their members of today."""

import tablib
from import_export import fields
from import_export.formats.base_formats import XLSX

from networks.models import Member, Network
from networks.queries.members import attach_members
from schools.exports import PlainCells
from thai.dates import numeric_date

CONTENT_TYPE = XLSX.CONTENT_TYPE


class NetworkExport(PlainCells):
    """Of networks with ``people``, ``schools``, ``others`` and ``leads`` (``attach_members``)."""

    name = fields.Field("name", "เครือข่าย")
    kind = fields.Field("get_kind_display", "รูปแบบ")
    level = fields.Field("get_level_display", "ระดับ")
    purpose = fields.Field("purpose", "เป้าหมายร่วม")
    description = fields.Field("description", "ภารกิจ")
    leads = fields.Field(column_name="ประธาน/ผู้ประสานงาน")
    people = fields.Field("people", "บุคคล (คน)")
    schools = fields.Field("schools", "โรงเรียน (แห่ง)")
    others = fields.Field("others", "หน่วยงานและชุมชน (แห่ง)")
    started_on = fields.Field(column_name="เริ่มเมื่อ")

    class Meta:
        model = Network
        fields = ("name", "kind", "level", "purpose", "description", "leads", "people", "schools", "others",
                  "started_on")  # fmt: skip
        export_order = fields

    def dehydrate_leads(self, network) -> str:
        return ", ".join(f"{lead.shown_name} ({lead.get_role_display()})" for lead in network.leads)

    def dehydrate_started_on(self, network) -> str:
        return numeric_date(network.started_on)


class MemberExport(PlainCells):
    """Under the headings that the import knows."""

    network = fields.Field("network__name", "เครือข่าย")
    kind = fields.Field("get_kind_display", "ประเภทสมาชิก")
    name = fields.Field("shown_name", "ชื่อสมาชิก")
    role = fields.Field("get_role_display", "บทบาท")
    affiliation = fields.Field("affiliation", "สังกัด")
    obec_code = fields.Field("school__obec_code", "รหัสโรงเรียน 10 หลัก")
    contact = fields.Field("contact", "ช่องทางติดต่อ")
    expertise = fields.Field("expertise", "ความเชี่ยวชาญ")
    joined_on = fields.Field(column_name="ตั้งแต่วันที่")
    left_on = fields.Field(column_name="ถึงวันที่")

    class Meta:
        model = Member
        fields = ("network", "kind", "name", "role", "affiliation", "obec_code", "contact", "expertise", "joined_on",
                  "left_on")  # fmt: skip
        export_order = fields

    def dehydrate_joined_on(self, member) -> str:
        return numeric_date(member.joined_on)

    def dehydrate_left_on(self, member) -> str:
        return numeric_date(member.left_on) if member.left_on else ""


def directory_as_workbook(networks) -> bytes:
    """``networks``: a queryset in the directory's order. The members follow in the same order."""
    listed = attach_members(networks)
    place = {network.pk: number for number, network in enumerate(listed)}
    members = Member.objects.current().filter(network__in=networks.values("pk"))
    members = members.select_related("network", "user", "school").order_by("rank", "sort_key", "pk")
    sheets = [
        ("เครือข่าย", NetworkExport().export(listed)),
        ("สมาชิก", MemberExport().export(sorted(members, key=lambda member: place[member.network_id]))),
    ]
    for title, sheet in sheets:
        sheet.title = title
    return tablib.Databook([sheet for _, sheet in sheets]).export("xlsx")
