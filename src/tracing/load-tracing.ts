import type { Logger } from '../log/logger.ts'
import type { Clock } from '../time/clock.ts'
import type { Tracing, TracingOptions } from './tracing.ts'

/** `options`: `null` where no endpoint is set. Then nothing is loaded, which would take 90 ms of the start, and 11 MB. */
export async function loadTracing(
  options: TracingOptions | null,
  publicUrl: string,
  clock: Clock,
  log: Logger,
): Promise<Tracing | null> {
  if (options === null) return null
  const { openTracing } = await import('./tracing.ts')
  return openTracing(options, publicUrl, clock, log)
}
