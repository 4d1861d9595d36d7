from django.urls import path

from appraisal.views import experts, pairs, quality, reviews, tryouts

app_name = "appraisal"
urlpatterns = [
    path("", quality.quality, name="quality"),
    path("reviews/new/<int:pk>/", reviews.review_new, name="review-new"),
    path("reviews/<int:pk>/", reviews.review_detail, name="review-detail"),
    path("reviews/<int:pk>/experts/", reviews.expert_add, name="expert-add"),
    path("reviews/<int:pk>/close/", reviews.review_close, name="review-close"),
    path("reviews/<int:pk>/form.pdf", reviews.review_form_pdf, name="review-form-pdf"),
    path("reviews/<int:pk>/result.pdf", reviews.review_result_pdf, name="review-result-pdf"),
    path("experts/<int:pk>/<slug:action>/", reviews.expert_act, name="expert-act"),
    path("e/<str:token>/", experts.expert_page, name="expert-page"),
    path("e/<str:token>/save/", experts.expert_save, name="expert-save"),
    path("tryouts/new/<int:pk>/", tryouts.tryout_new, name="tryout-new"),
    path("tryouts/<int:pk>/", tryouts.tryout_detail, name="tryout-detail"),
    path("tryouts/<int:pk>/result.pdf", tryouts.tryout_pdf, name="tryout-pdf"),
    path("pairs/new/", pairs.pair_new, name="pair-new"),
    path("pairs/<int:pk>/", pairs.pair_detail, name="pair-detail"),
    path("pairs/<int:pk>/send/", pairs.pair_send, name="pair-send"),
    path("pairs/<int:pk>/result.pdf", pairs.pair_pdf, name="pair-pdf"),
    path("pairs/<int:pk>/fill/", pairs.pair_fill, name="pair-fill"),
    path("pairs/<int:pk>/fill/save/", pairs.pair_fill_save, name="pair-fill-save"),
    path("pairs/<int:pk>/fill/changes/", pairs.pair_fill_changes, name="pair-fill-changes"),
    path("pairs/<int:pk>/fill/files/", pairs.pair_file_add, name="pair-file-add"),
    path("pairs/<int:pk>/fill/files/<uuid:uuid>/", pairs.pair_file, name="pair-file"),
    path("pairs/<int:pk>/fill/files/<uuid:uuid>/thumb/", pairs.pair_file, {"thumb": True}, name="pair-file-thumb"),
]
