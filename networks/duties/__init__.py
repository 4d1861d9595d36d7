"""What waits for people in networks (``reminders.registry``), a module for each part."""
