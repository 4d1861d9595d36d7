"""Pages of files of answers: choosing, waiting, downloading, and to whom they exist."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import RoleAssignment
from analysis.models import Export
from tests.analysis.exports.reading import content, csv_tables, downloaded, sheet_rows, workbook

LIST = reverse("analysis:export-list")


def data_for(world, **more):
    return {"area": world.area.pk, "file": "xlsx", "keys": "", "values": "", "ask": str(uuid.uuid4())} | more


@pytest.fixture
def form_page(world, every_type, answered):
    answered(every_type)
    return reverse("analysis:export-new", args=[every_type.instrument_id])


def test_a_file_is_asked_for_and_begins_to_download(world, signed_in, form_page):
    client = signed_in(world.supervisor)

    answer = client.post(form_page, data_for(world), follow=True)

    shown = answer.content.decode()
    export = Export.objects.get()
    file = reverse("analysis:export-download", args=[export.pk])
    assert f'content="0; url={file}"' in shown
    download = client.get(file)
    assert "attachment" in download["Content-Disposition"]
    (row,) = sheet_rows(workbook(downloaded(download)).worksheets[0])
    assert row["รูปแบบการนิเทศ"] == "อื่น ๆ"


def test_the_choices_of_the_page_reach_the_file(world, signed_in, form_page):
    client = signed_in(world.supervisor)
    wanted = data_for(
        world, file="csv", keys="1", values="1", split="on", academic_year="2569", semester="2", since="1/11/2569"
    )

    client.post(form_page, wanted)

    export = Export.objects.get()
    (row,) = csv_tables(content(export))["answers"]
    assert (row["A1"], row["A2/1"]) == ("9", "1")
    shown = client.get(export.get_absolute_url()).content.decode()
    assert "ปีการศึกษา" in shown
    assert "1 พฤศจิกายน 2569" in shown


def test_two_clicks_lead_to_one_file(world, signed_in, form_page):
    client, data = signed_in(world.supervisor), data_for(world)

    first, second = client.post(form_page, data), client.post(form_page, data)

    assert first.url == second.url
    assert Export.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"since": "31/2/2569"}, "ปฏิทิน"),
        ({"since": "2/11/2569", "until": "1/11/2569"}, "วันสุดท้ายอยู่ก่อนวันแรก"),
        ({"semester": "1"}, "โปรดเลือกปีการศึกษา"),
        ({"until": "1/11/2560"}, "ไม่มีชุดคำตอบ"),
        ({"school": "999999"}, "ตัวเลือก"),
        ({"area": "999999"}, "ตัวเลือก"),
    ],
)
def test_what_is_refused_keeps_what_was_chosen(world, signed_in, form_page, wrong, said):
    client = signed_in(world.supervisor)

    answer = client.post(form_page, data_for(world, keys="1", **wrong))

    shown = answer.content.decode()
    assert answer.status_code == 422
    assert said in shown
    assert 'name="keys" value="1"' in shown.replace('class="form-check-input" ', "").replace("  ", " ")
    assert not Export.objects.exists()


def test_the_page_takes_over_what_a_link_has_chosen(world, signed_in, form_page):
    shown = signed_in(world.supervisor).get(form_page, {"academic_year": "2569"}).content.decode()

    assert '<option value="2569" selected>' in shown


def test_a_form_without_a_single_answer_says_so_before_anything_is_chosen(world, signed_in, every_type, answered):
    page = reverse("analysis:export-new", args=[every_type.instrument_id])
    client = signed_in(world.supervisor)

    assert "ยังไม่มีคำตอบของแบบนี้" in client.get(page).content.decode()
    answered(every_type, finish=False)
    assert "ยังไม่มีคำตอบของแบบนี้" not in client.get(page).content.decode()


def test_a_running_file_shows_how_far_it_is_and_asks_again_by_itself(world, signed_in, form_page, monkeypatch):
    client = signed_in(world.supervisor)
    client.post(form_page, data_for(world))
    export = Export.objects.get()
    Export.objects.update(status=Export.RUNNING, total=100_000, done=25_000)

    shown = client.get(export.get_absolute_url()).content.decode()

    assert "25,000" in shown
    assert "25%" in shown
    assert 'http-equiv="refresh" content="3"' in shown
    client.post(reverse("analysis:export-cancel", args=[export.pk]))
    shown = client.get(export.get_absolute_url()).content.decode()
    assert "ยกเลิกแล้ว" in shown
    assert "refresh" not in shown
    assert client.get(reverse("analysis:export-download", args=[export.pk])).status_code == 404
    client.post(reverse("analysis:export-again", args=[export.pk]))
    assert downloaded(client.get(reverse("analysis:export-download", args=[export.pk])))


def test_what_is_finished_can_not_be_cancelled_and_says_so(world, signed_in, form_page):
    client = signed_in(world.supervisor)
    client.post(form_page, data_for(world))

    answer = client.post(reverse("analysis:export-cancel", args=[Export.objects.get().pk]), follow=True)

    assert "ยกเลิกไม่ได้" in answer.content.decode()
    assert Export.objects.get().status == Export.DONE


def test_a_file_is_for_whoever_asked_and_as_long_as_the_right_lasts(world, signed_in, form_page, client):
    signed_in(world.supervisor).post(form_page, data_for(world))
    export = Export.objects.get()
    file = reverse("analysis:export-download", args=[export.pk])
    assert downloaded(client.get(file))

    assert signed_in(world.head).get(file).status_code == 404
    assert export.instrument.title not in _files(signed_in(world.head).get(LIST))
    RoleAssignment.objects.filter(user=world.supervisor).delete()
    assert signed_in(world.supervisor).get(file).status_code == 404


def _files(answer) -> str:
    return answer.content.decode().partition("เลือกแบบที่จะนำคำตอบออก")[0]


@pytest.mark.parametrize("who", ["committee", "clerk", "school_head", "stranger"])
def test_others_find_no_such_page(world, signed_in, form_page, who):
    client = signed_in(getattr(world, who))

    assert client.get(LIST).status_code == 404
    assert client.get(form_page).status_code == 404
    assert client.post(form_page, data_for(world)).status_code == 404
    assert not Export.objects.exists()


def test_the_far_office_takes_out_only_its_own_answers(world, signed_in, form_page):
    client = signed_in(world.far_head)

    answer = client.post(form_page, data_for(world))

    assert answer.status_code == 422
    assert not Export.objects.exists()


def test_a_lost_file_is_said_and_not_a_fault(world, signed_in, form_page):
    client = signed_in(world.supervisor)
    client.post(form_page, data_for(world))
    export = Export.objects.get()
    export.file.storage.delete(export.file.name)

    answer = client.get(reverse("analysis:export-download", args=[export.pk]), follow=True)

    assert "โปรดขอไฟล์ใหม่" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_for_one_file_or_many(world, signed_in, form_page, count, django_assert_num_queries):
    client = signed_in(world.supervisor)
    assert "ยังไม่มีไฟล์" in client.get(LIST).content.decode()
    for _ in range(count):
        client.post(form_page, data_for(world))

    with django_assert_num_queries(8):
        answer = client.get(LIST)

    assert len(answer.context["page"].object_list) == count
