# Build: the locked packages and Callboard itself into one folder. Run: that folder, without pip or a compiler.
FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements requirements
COPY pyproject.toml README.md LICENSE ./
COPY src src
COPY templates templates
COPY config config
COPY docs/callboard.1 docs/callboard.1
RUN python -m venv /opt/callboard \
 && /opt/callboard/bin/pip install --no-cache-dir --require-hashes -r requirements/run.txt \
 && /opt/callboard/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
 && /opt/callboard/bin/pip uninstall -y hatchling editables pip

# The published folder, for browsers. Nothing of Callboard is in it.
FROM python:3.13-slim AS web
# hadolint ignore=DL3008 # Debian keeps no old version of a package: a pinned one cannot be installed for long.
RUN apt-get update \
 && apt-get install -y --no-install-recommends lighttpd lighttpd-mod-deflate \
 && rm -rf /var/lib/apt/lists/*
COPY config/web.conf /etc/lighttpd/callboard.conf
USER 33
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --start-interval=3s \
  CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8080), 5)"]
CMD ["lighttpd", "-D", "-f", "/etc/lighttpd/callboard.conf"]

# A mail server to try it out with: no account, no mail leaves it.
FROM build AS mail-build
RUN python -m venv /opt/mail \
 && /opt/mail/bin/pip install --no-cache-dir --require-hashes -r requirements/demo.txt \
 && /opt/mail/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim AS mail
COPY --from=mail-build /opt/mail /opt/mail
RUN useradd --uid 10002 mail-tryout
USER 10002
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --start-interval=3s \
  CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 1143), 5)"]
CMD ["/opt/mail/bin/python", "-m", "callboard.demo.mailserver", "--host", "0.0.0.0"]

FROM python:3.13-slim AS worker
RUN useradd --uid 10001 --create-home --home-dir /srv/callboard callboard \
 && mkdir -p /srv/callboard/var /srv/callboard/public \
 && chown -R callboard /srv/callboard
COPY --from=build /opt/callboard /opt/callboard
ENV PATH=/opt/callboard/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /srv/callboard
# Unhealthy by the limits of [health]: a mailbox not read, a letter not sent, a database that takes nothing.
HEALTHCHECK --interval=5m --timeout=60s --start-period=5m --start-interval=15s --retries=2 CMD ["callboard", "health"]
ENTRYPOINT ["callboard"]
CMD ["run"]
