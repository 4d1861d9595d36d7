from django.urls import path

from handbook.views import editing, editions, reading

app_name = "handbook"
urlpatterns = [
    path("", reading.home, name="home"),
    path("editions/", editions.edition_list, name="edition-list"),
    path("editions/begin/<int:area>/", editions.edition_begin, name="edition-begin"),
    path("<int:pk>/", reading.edition, name="edition"),
    path("<int:pk>/handbook.pdf", reading.edition_pdf, name="edition-pdf"),
    path("<int:pk>/changes/", editions.changes, name="edition-changes"),
    path("<int:pk>/laws/", reading.laws, name="laws"),
    path("<int:pk>/tasks/<str:key>/", reading.task, name="task"),
    path("<int:pk>/tasks/<str:key>/task.pdf", reading.task_pdf, name="task-pdf"),
    path("<int:pk>/processes/<str:key>/", reading.process, name="process"),
    path("<int:pk>/processes/<str:key>/process.pdf", reading.process_pdf, name="process-pdf"),
    path("<int:pk>/do/<str:name>/", editions.edition_transition, name="edition-transition"),
    path("<int:pk>/discard/", editions.edition_discard, name="edition-discard"),
    path("<int:pk>/edit/", editing.edit, name="edit"),
    path("<int:pk>/edit/add/<str:kind>/", editing.part_add, name="part-add"),
    path("<int:pk>/edit/<str:place>/", editing.part, name="part"),
    path("<int:pk>/edit/<str:place>/move/", editing.part_move, name="part-move"),
    path("<int:pk>/edit/<str:place>/remove/", editing.part_remove, name="part-remove"),
]
