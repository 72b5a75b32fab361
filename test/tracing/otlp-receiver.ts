// Takes spans as a collector does: OTLP over HTTP, as JSON or as protobuf; opentelemetry.io/docs/specs/otlp.

import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import type { KeyValues, OtlpDocument } from './otlp-document.ts'
import { spansOfProtobuf } from './otlp-protobuf.ts'

export type ReceivedSpan = {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  /** 1 internal, 2 server, 3 client. */
  kind: number
  attributes: Record<string, unknown>
  links: { traceId: string; spanId: string }[]
  /** 2: an error. */
  status: number
  resource: Record<string, unknown>
}

/** `tls`: over https, on these terms. */
export async function startOtlpReceiver(tls?: https.ServerOptions) {
  const bodies: Buffer[] = []
  const requests: { path: string; headers: http.IncomingHttpHeaders }[] = []
  const spans: ReceivedSpan[] = []
  let answer: (response: http.ServerResponse) => unknown = (response) => response.writeHead(200).end()
  const take: http.RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const sent = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    bodies.push(body)
    requests.push({ path: request.url ?? '', headers: request.headers })
    const isJson = request.headers['content-type'] === 'application/json'
    spans.push(...spansOf(isJson ? JSON.parse(body.toString()) : spansOfProtobuf(body)))
    answer(response)
  }
  const server = tls ? https.createServer(tls, take) : http.createServer(take)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    requests,
    spans,
    /** How the next ones are answered. */
    answerWith(next: (response: http.ServerResponse) => unknown) {
      answer = next
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function spansOf({ resourceSpans }: OtlpDocument): ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: span.parentSpanId ?? '',
        name: span.name,
        kind: span.kind,
        attributes: recordOf(span.attributes),
        links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
        status: span.status?.code ?? 0,
        resource: recordOf(resource.attributes),
      })),
    ),
  )
}

function recordOf(pairs: KeyValues = []): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map(({ key, value }) => {
      const { stringValue, intValue, doubleValue, boolValue } = value
      return [key, stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue) : Number(intValue))]
    }),
  )
}
