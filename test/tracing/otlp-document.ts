// What is read of the JSON of OTLP: opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding".

type Value = { stringValue?: string; intValue?: string | number; doubleValue?: number; boolValue?: boolean }
export type KeyValues = { key: string; value: Value }[]
export type OtlpDocument = {
  resourceSpans: {
    resource: { attributes: KeyValues }
    scopeSpans: {
      spans: {
        traceId: string
        spanId: string
        parentSpanId?: string
        name: string
        kind: number
        attributes?: KeyValues
        links?: { traceId: string; spanId: string }[]
        status?: { code?: number }
      }[]
    }[]
  }[]
}
