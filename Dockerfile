# Kith as one container: auth, sync and the built client on port 3000, data in /data.
# A first version. It was written where no container engine was at hand, so it has not been built or run yet.
FROM node:24-bookworm-slim AS build
WORKDIR /kith
COPY package.json package-lock.json .npmrc ./
COPY schema/package.json schema/
COPY auth/package.json auth/
COPY sync-server/package.json sync-server/
COPY client/package.json client/
RUN npm install --no-audit --no-fund --loglevel=error
COPY . .
# The image has a Node of its own; the packaged one is for machines whose Node is older.
RUN node scripts/build.mjs && npm prune --omit=dev --no-audit --no-fund --loglevel=error \
  && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:24-bookworm-slim
ENV NODE_ENV=production DATA_DIR=/data PORT=3000
WORKDIR /kith
COPY --from=build --chown=root:root /kith /kith
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["node", "-e", "fetch('http://localhost:3000/health').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "scripts/serve/main.ts"]
