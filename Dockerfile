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

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home --home-dir /srv/callboard callboard \
 && mkdir -p /srv/callboard/var /srv/callboard/public \
 && chown -R callboard /srv/callboard
COPY --from=build /opt/callboard /opt/callboard
ENV PATH=/opt/callboard/bin:$PATH PYTHONUNBUFFERED=1
USER 10001
WORKDIR /srv/callboard
# Unhealthy by the limits of [health]: a mailbox not read, a letter not sent, a database that takes nothing.
HEALTHCHECK --interval=5m --timeout=60s --start-period=5m --retries=2 CMD ["callboard", "health"]
ENTRYPOINT ["callboard"]
CMD ["run"]
