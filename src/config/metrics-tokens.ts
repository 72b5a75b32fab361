import type { Config } from './read-config.ts'

const LOOPBACK = ['127.0.0.1', 'localhost', '::1']

/** Any of them opens /metrics; none of an empty list; `null`: this machine may read them without one. */
export function metricsTokens({ METRICS_TOKEN, production, host }: Config): readonly string[] | null {
  return METRICS_TOKEN ?? (production || !LOOPBACK.includes(host ?? '') ? [] : null)
}
