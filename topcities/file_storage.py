"""Where files that people hand in are kept: a folder on this machine, or a bucket that speaks S3."""

from __future__ import annotations

from importlib.util import find_spec
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SCHEMES = {"s3": "https", "s3+http": "http"}
LOCK = "requirements-s3.txt"


def storage(url: str) -> dict[str, object]:
    """An entry of STORAGES, for `s3://KEY:SECRET@HOST/BUCKET?region=REGION`; without a url, the local folder.

    Without key and secret, the machine's own role is used. `s3+http` is for a bucket on the same machine.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts, bucket = urlsplit(url), urlsplit(url).path.strip("/")
    if parts.scheme not in SCHEMES or not parts.hostname or not bucket or "/" in bucket:
        raise ImproperlyConfigured("FILES_URL must look like s3://KEY:SECRET@HOST/BUCKET?region=REGION.")
    require_client("FILES_URL names a bucket")
    host = parts.netloc.rpartition("@")[2]
    options: dict[str, object] = {
        "bucket_name": bucket,
        "endpoint_url": f"{SCHEMES[parts.scheme]}://{host}",
        "region_name": dict(parse_qsl(parts.query)).get("region"),
        "access_key": unquote(parts.username) if parts.username else None,
        "secret_key": unquote(parts.password) if parts.password else None,
        "default_acl": None,
        "file_overwrite": False,
        "max_memory_size": 1024 * 1024,  # bytes; what is larger is read by way of a temporary file
        "client_config": _patience(),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def require_client(why: str) -> None:
    """Amazon's client is installed apart: most never need it."""
    if not (find_spec("boto3") and find_spec("storages")):
        raise ImproperlyConfigured(f"{why}, which needs what {LOCK} names: pip install --require-hashes -r {LOCK}")


def _patience() -> object:
    """A page never hangs on a bucket; and what only some of them understand is left out."""
    from botocore.config import Config  # only who keeps files in a bucket pays for this import

    return Config(
        connect_timeout=5,
        read_timeout=20,
        retries={"total_max_attempts": 2},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
