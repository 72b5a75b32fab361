// Sends finished spans in batches. What is not taken is dropped: a trace is no promise, and nothing waits for it.

import { ExportResultCode } from '@opentelemetry/core'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from '../log/logger.ts'
import { outsideRequest } from '../log/request-context.ts'

/** Logs when they begin to be refused and when they are taken again, not each batch. */
export function reportingExporter(exporter: SpanExporter, log: Logger): SpanExporter {
  let isRefused = false

  function note(why: string | null): void {
    if ((why !== null) === isRefused) return
    isRefused = why !== null
    if (why === null) log.info({}, 'traces are taken again')
    else log.warn({ why }, 'traces not taken: spans are dropped until they are')
  }

  return {
    export(spans, done) {
      // The batch is begun by whichever request filled it.
      outsideRequest(() =>
        exporter.export(spans, ({ code, error }) => {
          note(code === ExportResultCode.SUCCESS ? null : labelOf(error))
          done({ code: ExportResultCode.SUCCESS })
        }),
      )
    },
    shutdown: () => exporter.shutdown(),
  }
}

/** The HTTP status or the error's code or name: what the receiver wrote may be anything. */
function labelOf(error: unknown): string {
  const { code, name, cause } = Object(error)
  const label = [code, Object(cause).code, name].find((one) => /^\w{1,60}$/.test(String(one ?? '')))
  return String(label ?? 'unknown')
}
