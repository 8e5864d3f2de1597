# Two stages: the first builds with what is locked, the second runs without tools and without root.
FROM python:3.11.14-slim-bookworm AS build
WORKDIR /src
COPY requirements/run.txt requirements/build.txt requirements/
RUN python -m venv /opt/reminderbot \
 && /opt/reminderbot/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
 && /opt/reminderbot/bin/pip install --no-cache-dir --require-hashes -r requirements/build.txt
COPY pyproject.toml README.md LICENSE ./
COPY reminderbot/ reminderbot/
COPY messages/ messages/
COPY migrations/ migrations/
RUN /opt/reminderbot/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11.14-slim-bookworm
RUN groupadd --system --gid 10001 reminderbot \
 && useradd --system --uid 10001 --gid reminderbot --home-dir /data --shell /usr/sbin/nologin reminderbot \
 && install -d -o reminderbot -g reminderbot /data
COPY --from=build /opt/reminderbot /opt/reminderbot
ENV PATH=/opt/reminderbot/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    REMINDERBOT_LISTEN=0.0.0.0:8080
USER 10001:10001
WORKDIR /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
ENTRYPOINT ["reminderbot"]
CMD ["run"]
