# Kith's server with the built client. ROLES says which parts of it a container runs; without DATABASE_URL data is in /data.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /kith
COPY package.json package-lock.json .npmrc ./
COPY schema/package.json schema/
COPY auth/package.json auth/
COPY sync-server/package.json sync-server/
# npm keeps what only tools ask for unless it is not asked for; versions and checksums remain those of the lock file.
RUN npm pkg delete devDependencies optionalDependencies \
  && npm pkg delete devDependencies --workspaces \
  && npm install --omit=dev --no-update-notifier --loglevel=error

FROM node:24.21.0-bookworm-slim AS client
WORKDIR /kith
COPY package.json package-lock.json .npmrc ./
COPY schema/package.json schema/
COPY auth/package.json auth/
COPY sync-server/package.json sync-server/
COPY client/package.json client/
# The image has a Node of its own; the packaged one is for machines whose Node is older.
RUN npm pkg delete optionalDependencies && npm ci --no-update-notifier --loglevel=error
COPY tsconfig.base.json ./
COPY schema schema
COPY client client
RUN npm run build --workspace @kith/client

FROM packages AS assembled
COPY LICENSE ./
COPY schema/src schema/src
COPY auth/src auth/src
COPY sync-server/src sync-server/src
COPY scripts/serve scripts/serve
COPY scripts/store scripts/store
COPY scripts/backup scripts/backup
COPY scripts/backup.ts scripts/restore.ts scripts/store.ts scripts/
COPY --from=client /kith/client/dist client/dist
# Files of a checkout made under a narrow umask are their owner's alone; another user runs them.
RUN chmod -R a+rX .

FROM node:24.21.0-bookworm-slim
# The heap follows the container's memory; the rest of it is for what Node keeps outside: documents' bytes, sockets, hashes.
ENV NODE_ENV=production NODE_OPTIONS=--max-old-space-size-percentage=60 PORT=3000 DATA_DIR=/data
WORKDIR /kith
COPY --from=assembled /kith ./
RUN install --directory --owner=1000 --group=1000 --mode=0700 /data
VOLUME /data
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--max-semi-space-size=8", "scripts/serve/main.ts"]
