"""What every signed-in page shows around its content: the menu of the person's roles, the office, the news count."""

from accounts.navigation import menu_for


def navigation(request):
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {}
    return {
        "navigation": menu_for(request),
        "office_name": user.office_name,
        "unread_notices": user.notices.filter(read_at__isnull=True).count(),
    }
