from django.urls import include, path

from cycles.annual.making import report_files
from cycles.views import annual, mine, plans, reports
from cycles.views import cycles as views
from jobs.pages import file_urls

app_name = "cycles"
urlpatterns = [
    path("", views.board, name="board"),
    path("mine/", mine.mine, name="mine"),
    path("open/", views.cycle_open, name="cycle-open"),
    path("<int:pk>/", views.cycle_detail, name="cycle-detail"),
    path("<int:pk>/move/<slug:name>/", views.cycle_transition, name="cycle-transition"),
    path("<int:pk>/pdf/", views.cycle_pdf, name="cycle-pdf"),
    path("<int:pk>/schedule/", views.schedule, name="schedule"),
    path("<int:pk>/steps/<int:number>/", views.step_page, name="step"),
    path("<int:pk>/steps/<int:number>/write/", views.step_write, name="step-write"),
    path("<int:pk>/steps/<int:number>/notes/", views.step_notes, name="step-notes"),
    path("<int:pk>/steps/<int:number>/checks/", views.step_checks, name="step-checks"),
    path("<int:pk>/steps/<int:number>/checks/<int:check>/remove/", views.check_remove, name="check-remove"),
    path("<int:pk>/steps/<int:number>/sources/<slug:name>/", views.step_source, name="step-source"),
    path("<int:pk>/steps/<int:number>/evidence/", views.evidence_add, name="evidence-add"),
    path("<int:pk>/steps/<int:number>/evidence/<int:evidence>/", views.evidence_file, name="evidence-file"),
    path("<int:pk>/steps/<int:number>/evidence/<int:evidence>/remove/", views.evidence_remove, name="evidence-remove"),
    path("<int:pk>/steps/<int:number>/pdf/", views.step_pdf, name="step-pdf"),
    path("<int:pk>/plan/begin/", plans.plan_begin, name="plan-begin"),
    path("<int:pk>/plan/tie/", plans.plan_tie, name="plan-tie"),
    path("<int:pk>/plan/opinion/", plans.opinion, name="plan-opinion"),
    path("<int:pk>/network-plan/begin/", plans.network_plan_begin, name="network-plan-begin"),
    path("network-plans/<int:pk>/", plans.network_plan, name="network-plan"),
    path("network-plans/<int:pk>/move/<slug:name>/", plans.network_plan_transition, name="network-plan-transition"),
    # Reports: written and approved, sent, read by link and by everybody
    path("<int:pk>/steps/<int:number>/needs-report/", reports.needs_report, name="needs-report"),
    path("<int:pk>/steps/<int:number>/order/", reports.appointment_order, name="appointment-order"),
    path("<int:pk>/report/", reports.report_begin, name="report-begin"),
    path("reports/<int:pk>/", reports.report_detail, name="report-detail"),
    path("reports/<int:pk>/edit/", reports.report_edit, name="report-edit"),
    path("reports/<int:pk>/move/<slug:name>/", reports.report_transition, name="report-transition"),
    path("reports/<int:pk>/pdf/", annual.report_pdf, name="report-pdf"),
    path("reports/<int:pk>/passages/", annual.passage_list, name="passages"),
    path("reports/<int:pk>/passages/<str:key>/", annual.passage_edit, name="passage-edit"),
    path(
        "reports/files/",
        include(file_urls(report_files, annual.own_files, name="report-file", back=("board", "รอบการดำเนินงาน"))),
    ),
    path("reports/<int:pk>/deliveries/", reports.deliveries, name="deliveries"),
    path("reports/<int:pk>/send/<slug:what>/", reports.report_send, name="report-send"),
    path("reports/<int:pk>/deliveries/<int:delivery>/by-hand/", reports.delivery_by_hand, name="delivery-by-hand"),
    path("r/<slug:token>/", reports.delivered_report, name="delivered-report"),
    path("r/<slug:token>/report.pdf", reports.delivered_pdf, name="delivered-pdf"),
    path("v/<str:token>/", annual.verify_report, name="verify-report"),
    path("public/", reports.public_list, name="public-list"),
    path("public/<slug:slug>/", reports.public_report, name="public-report"),
    path("public/<slug:slug>/report.pdf", reports.public_pdf, name="public-pdf"),
]
