# Two images: the product, and the proxy in front of it. Debian: the locked wheels are not made for Alpine.

FROM python:3.11-slim-bookworm AS product
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/dealdesk
COPY requirements.txt ./
RUN pip install --require-hashes --compile -r requirements.txt
COPY . .
RUN python -m compileall -q . \
 && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin dealdesk \
 && install -d -o 10001 -g 10001 /var/lib/dealdesk /var/lib/dealdesk/media /var/lib/dealdesk/static
USER 10001:10001
EXPOSE 8000

FROM debian:bookworm-slim AS proxy
RUN apt-get update \
 && apt-get install -y --no-install-recommends caddy \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10002 --no-create-home --shell /usr/sbin/nologin proxy-user \
 && install -d -o 10002 -g 10002 /data
ENV XDG_DATA_HOME=/data XDG_CONFIG_HOME=/tmp
COPY deploy/Caddyfile /etc/caddy/Caddyfile
USER 10002:10002
EXPOSE 8080 8443
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile"]
