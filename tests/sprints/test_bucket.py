"""Files kept in a bucket instead of a folder. The bucket is a small one of our own; the client is the real one."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from partners.parties import Party
from sprints.models import Evidence, Milestone
from tests.factories.people import client_of
from tests.factories.sprints import first_joint, lead_in, started_sprint
from tests.running.process import run
from topcities.file_storage import storage


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as keeping a file takes: put, look, get."""

    kept: dict[str, bytes]
    signed: list[str]

    def do_PUT(self) -> None:
        self.signed.append(self.headers["Authorization"])
        self.kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(200)

    def do_HEAD(self) -> None:
        self.answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def do_GET(self) -> None:
        self.answer(200 if self.path in self.kept else 404, self.kept.get(self.path, b""))

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"tag"')
        self.send_header("Last-Modified", "Tue, 02 Mar 2027 18:30:00 GMT")
        self.end_headers()
        self.wfile.write(body if self.command == "GET" else b"")

    def log_message(self, *_about: object) -> None:
        """Quiet."""


@pytest.fixture
def server(settings: object) -> Iterator[ThreadingHTTPServer]:
    Bucket.kept, Bucket.signed = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    Thread(target=server.serve_forever, daemon=True).start()
    url = f"s3+http://a-key:a%2Fsecret@127.0.0.1:{server.server_port}/evidence-bucket?region=us-west-2"
    settings.STORAGES = {**settings.STORAGES, "default": storage(url)}
    yield server
    server.shutdown()
    server.server_close()


def hand_in(milestone: Milestone, data: bytes) -> HttpResponse:
    slug = milestone.sprint.partnership.slug
    page = f"/partnerships/{slug}/sprint/milestones/{milestone.number}/evidence/"
    said = {"title": "The scan", "file": SimpleUploadedFile("scan.pdf", data)}
    return client_of(lead_in(milestone.sprint, Party.CITY)).post(page, said)


@pytest.mark.django_db
def test_evidence_is_kept_in_the_bucket_and_comes_back_as_it_was(server: ThreadingHTTPServer) -> None:
    milestone, data = first_joint(started_sprint()), b"%PDF-1.7 what residents said"
    assert hand_in(milestone, data).status_code == 302
    evidence = Evidence.objects.get()
    assert Bucket.kept == {f"/evidence-bucket/{evidence.file.name}": data}
    assert "Credential=a-key/" in Bucket.signed[0] and "/us-west-2/s3/" in Bucket.signed[0]
    page = f"/partnerships/{milestone.sprint.partnership.slug}/sprint/evidence/{evidence.pk}/file/"
    answer = client_of(lead_in(milestone.sprint, Party.COMMUNITY)).get(page)
    assert b"".join(answer.streaming_content) == data
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.django_db
def test_a_bucket_that_does_not_answer_is_said_in_words_and_nothing_is_kept(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()
    answer = hand_in(first_joint(started_sprint()), b"%PDF-1.7")
    assert answer.status_code == 422
    assert "The file could not be kept now." in answer.content.decode()
    assert not Evidence.objects.exists()


@pytest.mark.parametrize("url", ["bucket", "s3://host", "s3:///bucket", "https://host/bucket", "s3://host/a/b"])
def test_an_address_that_names_no_bucket_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="FILES_URL must look like"):
        storage(url)


def test_without_an_address_files_stay_in_the_folder() -> None:
    assert storage("") == {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    options = storage("s3://s3.us-east-1.amazonaws.com/evidence?region=us-east-1")["OPTIONS"]
    assert options["endpoint_url"] == "https://s3.us-east-1.amazonaws.com"
    assert (options["access_key"], options["secret_key"]) == (None, None), "the machine's own role"


NOT_INSTALLED = "import sys; sys.modules['boto3'] = None; import django; django.setup()"


@pytest.mark.parametrize(
    ("name", "value"),
    [("FILES_URL", "s3://host/bucket"), ("EMAIL_URL", "anymail+amazon-ses://")],
    ids=["files", "mail"],
)
def test_a_start_that_lacks_the_client_says_in_a_sentence_what_to_install(
    tmp_path: Path, name: str, value: str
) -> None:
    result = run("-c", NOT_INSTALLED, data=tmp_path, **{name: value})
    assert result.returncode != 0
    assert result.stderr.splitlines()[-1].endswith("pip install --require-hashes -r requirements-s3.txt")
    assert run("-c", NOT_INSTALLED, data=tmp_path).returncode == 0, "nobody else needs it"
