import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/store/schema.ts',
    './src/store/factor-schema.ts',
    './src/store/guard-schema.ts',
    './src/store/audit-schema.ts',
    './src/store/service-schema.ts',
    './src/store/operator-schema.ts',
    './src/store/traffic-schema.ts',
  ],
  out: './drizzle',
})
