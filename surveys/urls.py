from django.urls import path

from surveys import public, views

app_name = "surveys"
urlpatterns = [
    path("", views.survey_list, name="survey-list"),
    path("new/", views.survey_create, name="survey-create"),
    path("<int:pk>/", views.survey_detail, name="survey-detail"),
    path("<int:pk>/edit/", views.survey_edit, name="survey-edit"),
    path("<int:pk>/do/<slug:name>/", views.survey_transition, name="survey-transition"),
    path("<int:pk>/extend/", views.survey_extend, name="survey-extend"),
    path("<int:pk>/remind/", views.survey_remind, name="survey-remind"),
    path("<int:pk>/schools/", views.survey_schools, name="survey-schools"),
    path("<int:pk>/schools/add/", views.survey_schools_add, name="survey-schools-add"),
    path("<int:pk>/schools/<int:place_pk>/reopen/", views.answer_reopen, name="answer-reopen"),
    path("<int:pk>/schools/<int:place_pk>/keep/", views.answer_keep, name="answer-keep"),
    path("<int:pk>/answers/<int:answer_pk>/", views.answer_read, name="answer-read"),
    path("<int:pk>/answers/<int:answer_pk>/<uuid:uuid>/", views.answer_file, name="answer-read-file"),
    path(
        "<int:pk>/answers/<int:answer_pk>/<uuid:uuid>/thumb/",
        views.answer_file,
        {"thumb": True},
        name="answer-read-thumb",
    ),
    path("<int:pk>/share/", views.survey_share, name="survey-share"),
    path("<int:pk>/qr.svg", views.survey_qr, name="survey-qr"),
    path("<int:pk>/poster.pdf", views.survey_poster, name="survey-poster"),
    path("a/<str:token>/", public.answer, name="answer"),
    path("a/<str:token>/send/", public.answer_send, name="answer-send"),
    path("a/<str:token>/files/<uuid:uuid>/", public.answer_file, name="answer-file"),
    path("a/<str:token>/files/<uuid:uuid>/thumb/", public.answer_file, {"thumb": True}, name="answer-thumb"),
    path("a/<str:token>/sent/", public.answer_sent, name="answer-sent"),
    path("a/<str:token>/sent/<uuid:uuid>/", public.answer_sent, name="answer-receipt"),
]
