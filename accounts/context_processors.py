"""What every signed-in page shows around its content: the menu of the person's roles, the office, the news count."""

from django.db import connection

from accounts.navigation import menu_for

# Read on every page: building the same statement anew through the ORM would cost several times its answer.
_UNREAD = "SELECT COUNT(*) FROM workflows_notice WHERE user_id = %s AND read_at IS NULL"


def navigation(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {}
    menu = menu_for(request)
    return {
        "navigation": menu.items,
        "menu_bar": menu.bar,
        "office_name": user.office_name,
        "unread_notices": _unread(user),
    }


def _unread(user) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_UNREAD, [user.pk])
        return cursor.fetchone()[0]
