// As much of protobuf as a span needs: protobuf.dev/programming-guides/encoding. The numbers of the fields are those of
// opentelemetry/proto/trace/v1/trace.proto.

import type { OtlpDocument } from './otlp-document.ts'

type Field = { number: number; value: Buffer | bigint }

function fieldsOf(message: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = message[at++]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  const bytes = (length: number) => {
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const key = Number(varint())
    const wireType = key & 7
    const value =
      wireType === 0
        ? varint()
        : wireType === 1
          ? bytes(8)
          : wireType === 5
            ? bytes(4)
            : wireType === 2
              ? bytes(Number(varint()))
              : null
    if (value === null) throw new Error(`wire type ${wireType} at ${at}`)
    fields.push({ number: key >> 3, value })
  }
  return fields
}

const all = (message: Buffer, number: number) =>
  fieldsOf(message).flatMap((field) => (field.number === number ? [field.value as Buffer] : []))
const hex = (message: Buffer, number: number) => all(message, number)[0]?.toString('hex') ?? ''
const text = (message: Buffer, number: number) => all(message, number)[0]?.toString() ?? ''
const whole = (message: Buffer, number: number) =>
  Number(fieldsOf(message).find((field) => field.number === number)?.value ?? 0)

function keyValue(message: Buffer) {
  const [value = Buffer.alloc(0)] = all(message, 2)
  const isText = fieldsOf(value).some(({ number }) => number === 1)
  return { key: text(message, 1), value: isText ? { stringValue: text(value, 1) } : { intValue: whole(value, 3) } }
}

export function spansOfProtobuf(body: Buffer): OtlpDocument {
  return {
    resourceSpans: all(body, 1).map((resourceSpans) => ({
      resource: { attributes: all(all(resourceSpans, 1)[0]!, 1).map(keyValue) },
      scopeSpans: all(resourceSpans, 2).map((scopeSpans) => ({
        spans: all(scopeSpans, 2).map((span) => ({
          traceId: hex(span, 1),
          spanId: hex(span, 2),
          parentSpanId: hex(span, 4),
          name: text(span, 5),
          kind: whole(span, 6),
          attributes: all(span, 9).map(keyValue),
          links: all(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
          status: { code: all(span, 15).map((status) => whole(status, 3))[0] ?? 0 },
        })),
      })),
    })),
  }
}
