from django.urls import include, path

from analysis import views
from analysis.exports import views as exports
from analysis.exports.jobs import answer_files
from analysis.exports.views import own_exports
from jobs.pages import file_urls

app_name = "analysis"
urlpatterns = [
    path("", views.form_list, name="form-list"),
    path("<int:pk>/", views.form_summary, name="form-summary"),
    path("<int:pk>/summary.xlsx", views.form_summary_xlsx, name="form-summary-xlsx"),
    path("<int:pk>/summary.pdf", views.form_summary_pdf, name="form-summary-pdf"),
    path("exports/", exports.export_list, name="export-list"),
    path("exports/new/<int:instrument>/", exports.export_new, name="export-new"),
    path(
        "exports/",
        include(file_urls(answer_files, own_exports, name="export", back=("export-list", "ไฟล์คำตอบ"))),
    ),
]
