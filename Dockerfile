# The version is the one the tests run under (package.json, optionalDependencies). A tag can be moved; who needs the very
# same bytes appends the digest that `docker pull` prints: node:24.21.0-slim@sha256:…
FROM node:24.21.0-slim
# The kernel gives process 1 no signal that it has no handler for, and Node has none while it loads. Tini has its own from the
# start, and hands on what it gets.
RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production DATA_DIR=/data
COPY package.json package-lock.json .npmrc ./
# Node is in the image already; the optional packages are copies of it.
RUN npm ci --omit=dev --omit=optional && npm cache clean --force
COPY LICENSE ./
COPY drizzle ./drizzle
COPY src ./src
# Used with EMBEDDED=on. A new volume takes over the owner that the folder has in the image.
RUN mkdir -p node_modules/.cache && chown node:node node_modules/.cache && mkdir /data && chown node:node /data
VOLUME /data
USER node
# Without settings it ends at once, and leaves behind what it has compiled, with the console, which a start loads only later:
# Node keeps that by version, user and options.
RUN node --max-semi-space-size=16 --import=./src/config/module-loading.js --import=./src/console/console.ts src/main.ts 2> /dev/null || true
EXPOSE 3000
# SIGTERM ends it within Docker's ten seconds.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Neither a shell nor npm stands between the two: a signal goes through to the server.
ENTRYPOINT ["tini", "--"]
# Nothing that a request makes outlives it, and with a smaller space for what is new the process has a third less in memory.
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=16", "--import=./src/config/module-loading.js", "src/main.ts"]
