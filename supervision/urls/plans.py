from django.urls import path

from supervision.views import plans

urlpatterns = [
    path("plans/", plans.plan_list, name="plan-list"),
    path("plans/new/", plans.plan_create, name="plan-create"),
    path("plans/<int:pk>/", plans.plan_detail, name="plan-detail"),
    path("plans/<int:pk>/edit/", plans.plan_edit, name="plan-edit"),
    path("plans/<int:pk>/copy/", plans.plan_copy, name="plan-copy"),
    path("plans/<int:pk>/items/new/", plans.item_add, name="plan-item-add"),
    path("plans/<int:pk>/items/many/", plans.item_add_many, name="plan-item-add-many"),
    path("plans/<int:pk>/items/<int:item_pk>/edit/", plans.item_edit, name="plan-item-edit"),
    path("plans/<int:pk>/items/<int:item_pk>/delete/", plans.item_delete, name="plan-item-delete"),
    path("plans/<int:pk>/do/<slug:name>/", plans.plan_transition, name="plan-transition"),
    path("plans/<int:pk>/pdf/", plans.plan_pdf, name="plan-pdf"),
    path("plans/<int:pk>/calendar/", plans.plan_calendar, name="plan-calendar"),
]
