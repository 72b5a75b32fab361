// A span for each statement of the database that a request waits for: what it does to which tables, never its text or its
// parameters. One that is done for several requests at once is in the trace of each, and says how many there are
// (opentelemetry.io/docs/specs/semconv/db). What is done for no request in particular has none.

import { ROOT_CONTEXT, type Span, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import type { ActiveSpan } from '../log/request-context.ts'
import type { Query } from '../store/database.ts'
import { activeSpans, failed, isSampled } from './span-tree.ts'

/** Of one request or of what it began; the rest are not told of. */
const MOST_STATEMENTS = 50
/** The texts are constants, but for the lists that an app filters. */
const REMEMBERED = 500

export function traceStatements(tracer: Tracer): (query: Query) => Query {
  const summaries = new Map<string, string>()

  function summaryOf(text: string): string {
    const known = summaries.get(text)
    if (known !== undefined) return known
    const summary = summarize(text)
    if (summaries.size < REMEMBERED) summaries.set(text, summary)
    return summary
  }

  function begin(summary: string, { span: parent }: ActiveSpan, batch: number): Span {
    const attributes = {
      'db.system.name': 'postgresql',
      'db.query.summary': summary,
      ...(batch > 1 && { 'db.operation.batch.size': batch }),
    }
    return tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }, trace.setSpan(ROOT_CONTEXT, parent))
  }

  return (query) => async (text, params) => {
    const active = activeSpans()
    const told = active.filter(({ span, statements }) => isSampled(span) && statements < MOST_STATEMENTS)
    if (told.length === 0) return query(text, params)
    const summary = summaryOf(text)
    const spans = told.map((one) => {
      one.statements++
      return begin(summary, one, active.length)
    })
    try {
      return await query(text, params)
    } catch (error) {
      for (const span of spans) failed(span, error instanceof Error ? error.name : 'unknown')
      throw error
    } finally {
      for (const span of spans) span.end()
    }
  }
}

const ACTIONS = 4
/** `on conflict … do update` and `for update` are parts of what stands before them. */
const WRITES =
  /(?<!\b(?:do|for)\s+)\b(insert into|update|delete from)\s+"?([a-z_]+)"?(?=\s*[("]|\s+(?:set|as|using|where|select|values)\b|\s*$)/gi
/** Tables are quoted where our queries name them, and functions and parts are not. */
const READS = /\b(from|join)\s+"([a-z_]+)"/gi
const NAMED_PARTS = /"?([a-z_]+)"?\s+as\s+(?:(?:not\s+)?materialized\s+)?\(/gi

/** `UPDATE challenges INSERT outbox`: what it writes, or what it reads where it only does that. */
export function summarize(text: string): string {
  const parts = new Set([...text.matchAll(NAMED_PARTS)].map(([, name]) => name))
  const actions = (pattern: RegExp, word: (found: string) => string) =>
    [...text.matchAll(pattern)].flatMap(([, found = '', table = '']) =>
      parts.has(table) ? [] : `${word(found)} ${table}`,
    )
  const writes = actions(WRITES, (found) => found.split(/\s/)[0]!.toUpperCase())
  const named = writes.length > 0 ? writes : actions(READS, () => 'SELECT')
  return (
    [...new Set(named)].slice(0, ACTIONS).join(' ') || text.trimStart().split(/\s/, 1)[0]!.toUpperCase().slice(0, 20)
  )
}
