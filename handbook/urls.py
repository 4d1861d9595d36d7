from django.urls import path

from handbook import views, views_editing

app_name = "handbook"
urlpatterns = [
    path("", views.home, name="home"),
    path("editions/", views.edition_list, name="edition-list"),
    path("editions/begin/<int:area>/", views.edition_begin, name="edition-begin"),
    path("<int:pk>/", views.edition, name="edition"),
    path("<int:pk>/handbook.pdf", views.edition_pdf, name="edition-pdf"),
    path("<int:pk>/changes/", views.changes, name="edition-changes"),
    path("<int:pk>/laws/", views.laws, name="laws"),
    path("<int:pk>/tasks/<str:key>/", views.task, name="task"),
    path("<int:pk>/tasks/<str:key>/task.pdf", views.task_pdf, name="task-pdf"),
    path("<int:pk>/processes/<str:key>/", views.process, name="process"),
    path("<int:pk>/processes/<str:key>/process.pdf", views.process_pdf, name="process-pdf"),
    path("<int:pk>/do/<str:name>/", views.edition_transition, name="edition-transition"),
    path("<int:pk>/discard/", views.edition_discard, name="edition-discard"),
    path("<int:pk>/edit/", views_editing.edit, name="edit"),
    path("<int:pk>/edit/add/<str:kind>/", views_editing.part_add, name="part-add"),
    path("<int:pk>/edit/<str:place>/", views_editing.part, name="part"),
    path("<int:pk>/edit/<str:place>/move/", views_editing.part_move, name="part-move"),
    path("<int:pk>/edit/<str:place>/remove/", views_editing.part_remove, name="part-remove"),
]
