from django.urls import path

from reminders import views

app_name = "reminders"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("line/code/", views.line_code, name="line-code"),
    path("line/unlink/", views.line_unlink, name="line-unlink"),
    path("line/webhook/", views.line_webhook, name="line-webhook"),
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/retry/", views.message_retry, name="message-retry"),
]
