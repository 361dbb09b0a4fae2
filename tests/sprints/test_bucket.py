"""Files kept in a bucket instead of a folder. The bucket is a small one of our own; the client is the real one."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from partners.parties import Party
from sprints.models import Evidence, Milestone
from tests.factories.people import client_of
from tests.factories.sprints import first_joint, lead_in, started_sprint
from tests.running import bucket
from tests.running.bucket import Bucket
from tests.running.process import run
from topcities.file_storage import storage


@pytest.fixture
def server(settings: object) -> Iterator[ThreadingHTTPServer]:
    with bucket.running() as server:
        settings.STORAGES = {**settings.STORAGES, "default": storage(bucket.address_of(server))}
        yield server


def hand_in(milestone: Milestone, data: bytes) -> HttpResponse:
    slug = milestone.sprint.partnership.slug
    page = f"/partnerships/{slug}/sprint/milestones/{milestone.number}/evidence/"
    said = {"title": "The scan", "attachments": SimpleUploadedFile("scan.pdf", data)}
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
    bucket.close(server)
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
