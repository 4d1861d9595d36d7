"""Sign-in and passwords, in plain Thai."""

from crispy_forms.helper import FormHelper
from django.contrib.auth import forms as auth_forms


class Plain:
    """Fields only: the template owns the form tag, the token and the buttons, and includes ``form.media`` once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.include_media = False


class SignInForm(Plain, auth_forms.AuthenticationForm):
    error_messages = {
        "invalid_login": "ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง โปรดตรวจภาษาและปุ่ม Caps Lock แล้วลองอีกครั้ง "
        "หากลืมรหัสผ่านใช้ “ลืมรหัสผ่าน” หรือแจ้งผู้ดูแลระบบของเขตพื้นที่",
        "inactive": "บัญชีนี้ถูกปิดการใช้งาน โปรดติดต่อผู้ดูแลระบบของเขตพื้นที่",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "ชื่อผู้ใช้"
        self.fields["password"].label = "รหัสผ่าน"


class PasswordChange(Plain, auth_forms.PasswordChangeForm):
    pass


class PasswordReset(Plain, auth_forms.PasswordResetForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "อีเมลที่ลงทะเบียนไว้"


class SetPassword(Plain, auth_forms.SetPasswordForm):
    pass
