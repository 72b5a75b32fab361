FROM node:24-slim
WORKDIR /app
ENV NODE_ENV=production
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional
COPY drizzle ./drizzle
COPY src ./src
USER node
EXPOSE 3000
CMD ["node", "src/main.ts"]
