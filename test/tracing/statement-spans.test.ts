// A statement for several requests at once is in the trace of each, and no other's is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { forRequests, requestContext } from '../../src/log/request-context.ts'
import { batched } from '../../src/store/batching.ts'
import type { Query } from '../../src/store/database.ts'
import { traceStatements } from '../../src/tracing/statement-spans.ts'

test('one for several requests is told of in each of their traces, with how many there are', async () => {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const tracer = provider.getTracer('test')
  const query = traceStatements(tracer)((async () => []) as Query)
  const ask = batched<string, string>({
    async alone(item) {
      await query('select from "one"')
      return item
    },
    async together(items) {
      await query('select from "several"')
      return items
    },
    mayBeOfOne: () => false,
  })
  const requests = ['first', 'second', 'third'].map((request) => tracer.startSpan(request))
  const of = (index: number) => ({ request: `${index}`, active: { span: requests[index]!, statements: 0 } })
  await Promise.all([0, 1].map((index) => requestContext.run(of(index), () => ask('item'))))
  await requestContext.run(of(2), () => ask('item'))
  await forRequests([undefined, undefined], () => query('select from "none"'))
  const idOf = new Map(requests.map((span, index) => [span.spanContext().spanId, index]))
  const told = exporter.getFinishedSpans().map(({ name, parentSpanContext, attributes }) => ({
    name,
    of: idOf.get(parentSpanContext!.spanId),
    size: attributes['db.operation.batch.size'],
  }))
  assert.deepEqual(told, [
    { name: 'SELECT several', of: 0, size: 2 },
    { name: 'SELECT several', of: 1, size: 2 },
    { name: 'SELECT one', of: 2, size: undefined },
  ])
})
