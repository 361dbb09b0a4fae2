# One image for pages, worker and clock; docker-compose.yml starts all three. It keeps nothing: the database does, and the folder /files.
# Python 3.11.16, for each machine. docs/operations/docker.md tells how a newer one is named.
FROM python:3.11-slim-trixie@sha256:da047cb8f9d1d98e5c070f5300ba9f7274e33b8fc0e5be5ed88740aed1b95ba9

# What draws the PDF: Pango, HarfBuzz's subsetter (without it the bytes differ each time), fonts for other scripts. And
# what backs up PostgreSQL: trixie has the version of docker-compose.yml, 17; an older one could not read it.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
COPY requirements.txt requirements-s3.txt ./
RUN pip install --require-hashes -r requirements.txt
# What a bucket (FILES_URL) and mail through Amazon need: docker build --build-arg S3=1
ARG S3=
RUN if [ -n "$S3" ]; then pip install --require-hashes -r requirements-s3.txt; fi

COPY . .
# The containers are read-only: without this each process would compile the product anew as it starts.
RUN python -m compileall -q text ledger mail partners agreements sprints programs topcities
# Collecting needs settings and none of the secrets of a real start.
RUN DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -rf /tmp/build

RUN useradd --system --uid 10001 --home-dir /data --create-home topcities && install --directory --owner topcities /files
USER topcities
ENV DATA_DIR=/data FILES_DIR=/files HOST=0.0.0.0
EXPOSE 8000

# Asked by the address that people use: any other is refused.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-c", "import os; from urllib import parse, request as r; r.urlopen(r.Request('http://127.0.0.1:8000/healthz', headers={'Host': parse.urlsplit(os.environ['SITE_URL']).hostname}), timeout=4)"]

# gunicorn.conf.py says how, from HOST, PORT and WEB_CONCURRENCY.
CMD ["gunicorn", "topcities.wsgi"]
