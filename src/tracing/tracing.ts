// Traces for OpenTelemetry: opentelemetry.io/docs/specs. This folder and its packages are loaded only where an endpoint is
// set. The API's globals stay untouched: there is one tracer, and its parts are handed to whom they concern.

import type { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Carrier } from '../carriers/carrier.ts'
import type { Challenges } from '../challenges/challenges.ts'
import type { Logger } from '../log/logger.ts'
import type { Query } from '../store/database.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import { traceCarrier } from './carrier-spans.ts'
import { linkChallenges } from './challenge-links.ts'
import { spanIds } from './challenge-span.ts'
import { describeOutgoingHttp } from './outgoing-http.ts'
import { type TracePush, tracePushes } from './push-spans.ts'
import { type TraceRequest, traceRequests } from './request-spans.ts'
import { reportingExporter } from './span-exporter.ts'
import { clientSpans } from './span-tree.ts'
import { traceStatements } from './statement-spans.ts'

export type TracingOptions = {
  /** Where spans are posted to, with the path. */
  url: string
  headers: Record<string, string>
  protocol: 'http/protobuf' | 'http/json'
  timeoutMs: number
  compression: 'none' | 'gzip'
  /** In PEM. */
  certificates: { ca?: string; cert?: string; key?: string }
  /** Of this process: `service.name` among them. */
  resource: Record<string, string>
  /** `ratio`: of the traces that begin here. `parentBased`: of others their sender decides. */
  sampling: { ratio: number; parentBased: boolean }
}

export type Tracing = {
  request: TraceRequest
  push: TracePush
  carrier(carrier: Carrier): Carrier
  challenges(challenges: Challenges): Challenges
  statements(query: Query): Query
  /** Sends what is left, for a moment at most. */
  close(): Promise<void>
}

export async function openTracing(
  options: TracingOptions,
  publicUrl: string,
  clock: Clock,
  log: Logger,
): Promise<Tracing> {
  const ids = spanIds()
  const exporter = reportingExporter(await openExporter(options), log)
  const provider = new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes(options.resource)),
    sampler: samplerOf(options.sampling),
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer('answerback')
  const clientSpan = clientSpans(tracer)
  const stopDescribing = describeOutgoingHttp()
  return {
    request: traceRequests(tracer, publicUrl),
    push: tracePushes(clientSpan),
    carrier: (carrier) => traceCarrier(clientSpan, carrier),
    challenges: (challenges) => linkChallenges(tracer, ids, challenges),
    statements: traceStatements(tracer),
    async close() {
      stopDescribing()
      await withTimeout(clock, DEADLINES.lastSpans, provider.shutdown(), undefined).catch((error: Error) =>
        log.warn({ err: error }, 'last traces not sent'),
      )
    },
  }
}

/** An enum of a package that the exporters depend on; its values are the standard's words. */
type ExporterCompression = NonNullable<ConstructorParameters<typeof OTLPTraceExporter>[0]>['compression'] & string

async function openExporter(options: TracingOptions): Promise<SpanExporter> {
  const { url, headers, protocol, timeoutMs, compression, certificates } = options
  const { OTLPTraceExporter } = await (protocol === 'http/json'
    ? import('@opentelemetry/exporter-trace-otlp-http')
    : import('@opentelemetry/exporter-trace-otlp-proto'))
  return new OTLPTraceExporter({
    url,
    headers,
    timeoutMillis: timeoutMs,
    compression: compression as ExporterCompression,
    httpAgentOptions: { keepAlive: true, ...certificates },
  })
}

function samplerOf({ ratio, parentBased }: TracingOptions['sampling']): Sampler {
  const root = new TraceIdRatioBasedSampler(ratio)
  return parentBased ? new ParentBasedSampler({ root }) : root
}
