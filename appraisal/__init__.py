"""Quality of a form before and in use: content validity, try-out, agreement between supervisors."""
