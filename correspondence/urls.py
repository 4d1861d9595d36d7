from django.urls import path

from correspondence.views import papers, registers, signatures

app_name = "correspondence"
urlpatterns = [
    path("", papers.paper_list, name="paper-list"),
    path("papers/new/<slug:kind>/", papers.paper_create, name="paper-create"),
    path("papers/<int:pk>/", papers.paper_detail, name="paper-detail"),
    path("papers/<int:pk>/edit/", papers.paper_edit, name="paper-edit"),
    path("papers/<int:pk>/submit/", papers.paper_submit, name="paper-submit"),
    path("papers/<int:pk>/decide/", papers.paper_decide, name="paper-decide"),
    path("papers/<int:pk>/do/<slug:name>/", papers.paper_transition, name="paper-transition"),
    path("papers/<int:pk>/paper.pdf", papers.paper_pdf, name="paper-pdf"),
    path("code/", papers.letter_code, name="letter-code"),
    path("signature/", signatures.signature, name="signature"),
    path("signature/remove/", signatures.signature_remove, name="signature-remove"),
    path("signature/image.png", signatures.signature_image, name="signature-image"),
    path("registers/<slug:kind>/", registers.entry_list, name="entry-list"),
    path("registers/<slug:kind>/new/", registers.entry_create, name="entry-create"),
    path("registers/<slug:kind>/register.xlsx", registers.register_workbook, name="register-workbook"),
    path("registers/<slug:kind>/register.pdf", registers.register_pdf, name="register-pdf"),
    path("entries/<int:pk>/", registers.entry_detail, name="entry-detail"),
    path("entries/<int:pk>/edit/", registers.entry_edit, name="entry-edit"),
    path("entries/<int:pk>/cancel/", registers.entry_cancel, name="entry-cancel"),
    path("entries/<int:pk>/letter.pdf", registers.entry_file, name="entry-file"),
]
