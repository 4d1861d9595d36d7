"""A limit on uploads that holds while the file comes in, not after it has been stored."""

from functools import wraps

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.views.decorators.csrf import csrf_exempt, csrf_protect

FORM_ROOM = 64 * 1024
"""What the other fields and the envelope of a form may add to its file."""


class SizeLimit(FileUploadHandler):
    """Drops the file of a request that is too long. The rest is read away unseen, so that the browser gets an answer."""

    def __init__(self, request, most: int):
        super().__init__(request)
        self.most = most
        self.exceeded = False

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803 -- Django's name
        self.exceeded = content_length > self.most + FORM_ROOM

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.exceeded:
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data, start):
        if start + len(raw_data) > self.most:
            self.exceeded = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size):
        return None


def upload_limited(most: int):
    """For a view that takes a file: it is called with the request and a `SizeLimit` that tells what came.

    The handler must be set before the form is read, and the CSRF check reads the form; so the check runs
    within, around the view itself.
    """

    def decorate(view):
        protected = csrf_protect(view)

        @csrf_exempt
        @wraps(view)
        def limited(request, *args, **kwargs):
            limit = SizeLimit(request, most)
            request.upload_handlers.insert(0, limit)
            return protected(request, limit, *args, **kwargs)

        return limited

    return decorate
