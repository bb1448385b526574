# The portal for production: web and worker are the same image, started with different commands.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fontconfig fonts-liberation2 fonts-noto-cjk libreoffice-writer-nogui \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --create-home --home-dir /srv/home portal \
    && install --directory --owner portal --mode 0700 /data

WORKDIR /srv/portal
COPY requirements/build.txt requirements/run.txt requirements/
RUN pip install --no-cache-dir --require-hashes -r requirements/build.txt \
    && pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY pyproject.toml LICENSE README.md ./
COPY portal portal
COPY doc_templates doc_templates
COPY storage storage
COPY search_index search_index
RUN pip install --no-cache-dir --no-deps --no-build-isolation .

USER portal
ENV PORTAL_PROFILE=production PORTAL_DATA=/data PORTAL_BIND=0.0.0.0:8000 HOME=/srv/home
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "portal.wsgi:app"]
