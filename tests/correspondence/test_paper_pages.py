"""Papers on the screen: drafted from a record, decided on one's turn, seen by whom they concern, printed in their form."""

import uuid

import pytest

from correspondence import drafts
from correspondence.models import Entry, Paper, SignatureImage
from correspondence.services.papers import decide, submit
from correspondence.services.signatures import keep_signature, remove_signature, signature_of
from documents.kinds import document_html
from reminders.people import alone
from reminders.registry import collect
from supervision.flows import VISIT
from supervision.models import Visit
from tests.networks.gatherings import make_activity, make_meeting
from tests.supervision.factories import LONG_AGO, make_item, make_plan, make_recommendation, make_visit
from tests.supervision.pictures import drawn_signature, photograph
from thai.dates import today_in_bangkok

WORDS = {"last": "area_director", "via": ["group_head"]}


@pytest.fixture
def visit(world):
    visit = make_visit(
        world.school, world.supervisor, team=[world.colleague], state="released", visited_on="2026-11-18",
        summary="ครูจัดกิจกรรมเชิงรุกได้ดี",
    )  # fmt: skip
    make_recommendation(visit, "จัดทำปฏิทินนิเทศภายใน")
    return visit


def test_a_memo_is_drafted_from_a_visit_edited_and_kept(world, client, visit):
    client.force_login(world.supervisor)
    page = client.get(visit.get_absolute_url()).content.decode()
    url = f"/correspondence/papers/new/memo/?draft=visit-report&of={visit.pk}"
    assert url.replace("&", "&amp;") in page
    form = client.get(url).context["form"]
    shown = form.initial
    assert "ครูจัดกิจกรรมเชิงรุกได้ดี" in shown["body"]
    assert "จัดทำปฏิทินนิเทศภายใน" in shown["body"]
    assert "18 พฤศจิกายน 2569" in shown["body"]

    assert not Paper.objects.exists()

    data = WORDS | {"subject": shown["subject"], "to": shown["to"], "body": "ย่อหน้าที่แก้แล้ว", "asked": "ทราบ"}
    answer = client.post(url, data | {"draft": "visit-report", "of": visit.pk})
    paper = Paper.objects.get()
    assert answer["Location"] == paper.get_absolute_url()
    assert (paper.source, paper.chain) == (visit, [["group_head", "เห็นควร"], ["area_director", "ทราบ"]])
    assert paper.subject in client.get(visit.get_absolute_url()).content.decode()


def test_a_visit_of_many_words_is_drafted_as_far_as_a_paper_holds_and_the_draft_can_be_kept(world, signed_in, visit):
    Visit.objects.filter(pk=visit.pk).update(summary="สรุปยาว " * 5000)
    client, url = signed_in(world.supervisor), f"/correspondence/papers/new/memo/?draft=visit-report&of={visit.pk}"

    page = client.get(url)
    shown = page.context["form"].initial
    words = {"subject": shown["subject"], "to": shown["to"], "body": shown["body"], "asked": "ทราบ"}
    kept = client.post(url, WORDS | words)

    assert kept.status_code == 302
    body = Paper.objects.get().body
    assert 15_000 < len(body) <= 20_000
    assert "สรุปยาว…" in body
    assert "จัดทำปฏิทินนิเทศภายใน" in body
    assert body.endswith("เพื่อพัฒนาการจัดการศึกษาต่อไป")
    assert "จึงถูกย่อ" in page.content.decode()


@pytest.mark.parametrize(
    ("lines", "most", "fits"),
    [
        (["กข", "คงจ"], 100, ["กข", "คงจ"]),
        (["ก" * 50, "ข" * 10, "ค" * 90], 66, ["ก" * 25 + "…", "ข" * 10, "ค" * 25 + "…"]),
        ([], 10, []),
    ],
)
def test_the_longest_lines_are_shortened_and_the_others_stay_whole(lines, most, fits):
    assert drafts.fitted(lines, most) == fits
    assert len("\n".join(fits)) <= most


def test_a_page_of_somebody_else_in_the_same_browser_writes_a_paper_of_its_own(world, signed_in):
    words = WORDS | {"subject": "ขออนุญาต", "to": "ผู้อำนวยการ", "body": "ด้วย", "asked": "อนุมัติ", "ask": str(uuid.uuid4())}
    url = "/correspondence/papers/new/memo/"

    first = signed_in(world.supervisor).post(url, words)
    second = signed_in(world.colleague).post(url, words | {"body": "ของอีกคน"})

    assert (first.status_code, second.status_code) == (302, 302)
    assert list(Paper.objects.order_by("pk").values_list("made_by", "body")) == [
        (world.supervisor.pk, "ด้วย"), (world.colleague.pk, "ของอีกคน"),
    ]  # fmt: skip


def test_one_page_writes_one_paper_however_often_it_is_saved(world, signed_in):
    client, url = signed_in(world.supervisor), "/correspondence/papers/new/memo/"
    words = WORDS | {"subject": "ขออนุญาตไปราชการ", "to": "ผู้อำนวยการ", "body": "ด้วยมีกำหนดนิเทศ", "asked": "อนุมัติ"}
    words["ask"] = str(client.get(url).context["ask"])

    first, second = client.post(url, words), client.post(url, words)
    paper = Paper.objects.get()
    assert first.url == second.url == paper.get_absolute_url()
    assert paper.version == 0, "nothing else was typed"

    client.post(url, {**words, "subject": "ขออนุญาตเดินทางไปราชการ"})
    paper.refresh_from_db()
    assert paper.subject == "ขออนุญาตเดินทางไปราชการ"

    submit(paper, by=world.supervisor)
    refused = client.post(url, {**words, "body": "พิมพ์เพิ่มภายหลัง"})
    assert refused.status_code == 422
    assert "พิมพ์เพิ่มภายหลัง" in refused.content.decode()
    another = signed_in(world.colleague).post(url, {**words, "ask": str(uuid.uuid4())})
    assert another.url != first.url
    assert Paper.objects.count() == 2


def test_a_draft_of_a_record_that_one_does_not_see_or_that_is_not_ripe_is_not_given(world, client, visit):
    url = f"/correspondence/papers/new/memo/?draft=visit-report&of={visit.pk}"
    ahead = make_visit(world.school, world.supervisor)
    client.force_login(world.far_supervisor)
    assert client.get(url).status_code == 404
    client.force_login(world.school_head)
    assert client.get(url).status_code == 404
    client.force_login(world.supervisor)
    assert client.get(url.replace(f"of={visit.pk}", f"of={ahead.pk}")).status_code == 403
    assert client.get(url.replace("/memo/", "/letter/")).status_code == 404


def test_every_draft_has_whole_words_of_its_record(world, visit):
    plan = make_plan(world.area, world.supervisor, state="approved")
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    from networks.models import Network

    network = Network.objects.create(area=world.area, name="เครือข่ายวัง", kind="club", started_on=LONG_AGO)
    world.network = network
    records = [
        visit, make_visit(world.school, world.supervisor), plan, network, make_meeting(world, "announced"),
        make_activity(world, "planned"),
    ]  # fmt: skip
    for record in records:
        found = drafts.drafts_for(record)
        assert found, record
        for draft in found:
            words = draft.build(record, world.supervisor)
            assert words["subject"], draft.key
            assert all(paragraph.strip() for paragraph in words["body"]), draft.key
            assert "{" not in str(words["body"]), draft.key


def test_results_go_to_a_school_only_once_they_are_released(world):
    for state in VISIT.keys:
        keys = {draft.key for draft in drafts.drafts_for(make_visit(world.school, world.supervisor, state=state))}
        assert ("visit-results" in keys) == (state in ("released", "acknowledged", "closed"))


def test_the_head_and_the_director_say_their_words_and_the_paper_is_printed_with_them(world, client, write):
    keep_signature(by=world.director, drawing=drawn_signature())
    paper = write(subject="ขออนุญาตไปราชการ ปี 2569")
    submit(paper, by=world.supervisor)
    client.force_login(world.head)
    assert "รอความเห็น" in " ".join(kind_titles(world.head))
    url = paper.get_absolute_url()
    client.post(f"{url}decide/", {"word": "เห็นควรอนุมัติ", "text": "ใช้รถราชการ", "revision": 1})
    client.force_login(world.director)
    page = client.get(url)
    assert "เห็นควรอนุมัติ" in page.content.decode()
    assert page.context["decision"].fields["place"].initial
    client.post(f"{url}decide/", {"word": "อนุมัติ", "place": "on", "revision": 2})

    paper = Paper.objects.select_related("area").get()
    html = document_html("paper", paper, world.head)[0]
    assert paper.state == "signed"
    assert "เห็นควรอนุมัติ ใช้รถราชการ" in html
    assert "ปี ๒๕๖๙" in html
    assert f"media:{signature_of(world.director).file.name}" in html
    assert kind_titles(world.director) == []


def kind_titles(user):
    from reminders.registry import kind_of

    today = today_in_bangkok()
    return [kind_of(duty).title for people in alone(user, today) for duty in collect(people, today)]


def test_a_word_that_is_not_offered_is_refused_and_what_was_typed_stays(world, client, write):
    paper = write()
    submit(paper, by=world.supervisor)
    client.force_login(world.head)

    answer = client.post(
        f"{paper.get_absolute_url()}decide/", {"word": "ยกเลิก", "text": "ข้อความของข้าพเจ้า", "revision": 1}
    )

    assert answer.status_code == 422
    assert "ข้อความของข้าพเจ้า" in answer.content.decode()


def test_a_secret_paper_is_seen_by_its_maker_its_chain_and_the_heads(world, client, write):
    paper = write(secrecy="secret", chain=[["workgroup_head", "เห็นควร"], ["area_director", "อนุมัติ"]])
    submit(paper, by=world.supervisor)

    seen = {
        who
        for who in ("supervisor", "colleague", "workgroup_head", "head", "director", "clerk")
        if status(client, world, who, paper) == 200
    }

    assert seen == {"supervisor", "workgroup_head", "head", "director"}
    client.force_login(world.colleague)
    assert paper.subject not in client.get("/correspondence/").content.decode()
    decide(paper, by=world.workgroup_head, word="เห็นชอบ")
    decide(paper, by=world.director, word="อนุมัติ")
    assert set(Entry.objects.visible_to(world.colleague)) == set()
    assert set(Entry.objects.visible_to(world.supervisor)) == {paper.entry}


def test_the_page_of_a_paper_tells_once_what_was_said_on_its_way(client, world, write):
    paper = write(chain=[["workgroup_head", "เห็นควร"], ["area_director", "อนุมัติ"]])
    submit(paper, by=world.supervisor)
    decide(paper, by=world.workgroup_head, word="เห็นชอบ", text="โปรดพิจารณาตามระเบียบ")
    decide(paper, by=world.director, word="อนุมัติ")

    client.force_login(world.supervisor)
    said = client.get(paper.get_absolute_url()).content.decode()

    assert [said.count(words) for words in ("โปรดพิจารณาตามระเบียบ", "“เห็นชอบ”", "“อนุมัติ”")] == [1, 1, 1]


def status(client, world, who, paper):
    client.force_login(getattr(world, who))
    return client.get(paper.get_absolute_url()).status_code


@pytest.mark.parametrize("kind", ["memo", "letter", "circular", "order", "announcement"])
def test_each_kind_is_written_and_printed_in_its_own_form(world, client, kind):
    client.force_login(world.supervisor)
    data = WORDS | {
        "subject": "เรื่องทดลอง", "to": "ผู้อำนวยการโรงเรียน", "body": "ด้วยจะดำเนินการ", "asked": "อนุมัติ",
        "items": "คณะทำงาน\nนายก ข | ครู | ประธาน",
    }  # fmt: skip
    assert client.get(f"/correspondence/papers/new/{kind}/").status_code == 200
    client.post(f"/correspondence/papers/new/{kind}/", data)
    paper = Paper.objects.get()
    html = document_html("paper", paper, world.supervisor)[0]

    assert "เรื่องทดลอง" in html
    assert ("บันทึกข้อความ</h1>" in html) == (kind == "memo")
    assert ("ขอแสดงความนับถือ" in html) == (kind in ("letter", "circular"))
    assert ("ประธาน" in html) == (kind == "order")


# -- Signatures ----------------------------------------------------------------------------------------------------


def test_a_signature_is_kept_replaced_and_removed_by_its_owner_and_shown_to_nobody_else(world, client):
    client.force_login(world.head)
    client.post("/correspondence/signature/", {"drawing": drawn_signature()})
    first = signature_of(world.head)
    assert b"".join(client.get("/correspondence/signature/image.png").streaming_content).startswith(b"\x89PNG")
    client.post("/correspondence/signature/", {"drawing": drawn_signature()})
    assert signature_of(world.head) != first
    assert SignatureImage.objects.count() == 1
    client.force_login(world.director)
    assert client.get("/correspondence/signature/image.png").status_code == 404
    client.force_login(world.school_head)
    assert client.get("/correspondence/signature/").status_code == 404


def test_a_signature_is_taken_from_a_picture_and_what_is_none_is_refused(world, client):
    client.force_login(world.head)
    assert client.post("/correspondence/signature/", {}).status_code == 422
    client.post("/correspondence/signature/", {"upload": photograph()})
    assert SignatureImage.objects.count() <= 1


def test_a_signature_that_was_placed_stays_on_its_paper_when_it_is_removed(world, write):
    keep_signature(by=world.supervisor, drawing=drawn_signature())
    paper = write()
    log = submit(paper, by=world.supervisor, place=True)

    remove_signature(by=world.supervisor)

    assert signature_of(world.supervisor) is None
    assert log.data["drawing"] == SignatureImage.objects.get().file.name
    assert "drawing" not in decide(paper, by=world.head, word="เห็นชอบ", place=True).data
