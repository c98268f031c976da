# One image for any member of the suite:
#   docker build --build-arg SERVICE=card --tag hrss-card .
# SERVICE is a folder of services/, or gateway. Works with BuildKit and without it.
ARG PYTHON_IMAGE=python:3.12.12-slim-bookworm

# What every image has in common, so that the six share these layers.
FROM ${PYTHON_IMAGE} AS base
ENV PATH=/opt/hrss/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
# Another package index, for a network without the public one.
ARG PIP_INDEX_URL
RUN groupadd --gid 10001 hrss \
 && useradd --uid 10001 --gid hrss --no-create-home --home-dir /tmp --shell /usr/sbin/nologin hrss \
 && python -m venv /opt/hrss
WORKDIR /opt/hrss
COPY constraints.txt kit/pyproject.toml /opt/hrss/
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
  | pip install --constraint constraints.txt --requirement /dev/stdin \
 && rm pyproject.toml

# Wheels of the kit and of one member: no other member's source reaches an image.
FROM base AS wheels
ENV SOURCE_DATE_EPOCH=946684800
ARG PIP_INDEX_URL
RUN pip install "$(grep '^setuptools==' constraints.txt)"
COPY kit /source/kit
COPY services /source/services
COPY gateway /source/gateway
ARG SERVICE
RUN member="/source/services/$SERVICE"; [ "$SERVICE" != gateway ] || member=/source/gateway; \
    [ -n "$SERVICE" ] && [ -f "$member/pyproject.toml" ] \
      || { echo "SERVICE must be a folder of services/, or gateway" >&2; exit 1; }; \
    pip wheel --no-deps --no-build-isolation --wheel-dir /wheels /source/kit "$member"

FROM base
ARG PIP_INDEX_URL
COPY --from=wheels /wheels /tmp/wheels
# A fresh volume takes owner and mode from the directory it is mounted on, so these exist here.
RUN pip install --constraint constraints.txt /tmp/wheels/*.whl && rm -r /tmp/wheels \
 && install -d -o hrss -g hrss -m 0700 /var/lib/hrss /var/lib/hrss/files /var/lib/hrss/all \
 && cd /run && install -d -o hrss -g hrss -m 0700 hrss hrss/own hrss/server \
 && for member in $(python -c "from hrss_kit.members import MEMBERS; print(*MEMBERS)"); do \
        install -d -o hrss -g hrss -m 0700 "hrss/$member" "hrss/${member}_owner" "/var/lib/hrss/all/$member"; \
    done
ARG SERVICE
ENV HRSS_MEMBER=${SERVICE} HRSS_HOST=0.0.0.0 HRSS_PORT=8080
USER 10001:10001
WORKDIR /tmp
EXPOSE 8080
STOPSIGNAL SIGTERM
CMD ["sh", "-c", "exec python -m \"$HRSS_MEMBER\" serve"]
