import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { Values } from './settings.ts'

/** As the standard variables say; `null`: there are no traces. */
export function tracingOptions(config: Values) {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = config
  const url = own ?? (base === undefined ? null : `${base.replace(/\/+$/, '')}/v1/traces`)
  if (url === null || config.OTEL_SDK_DISABLED || config.OTEL_TRACES_EXPORTER === 'none') return null
  const { OTEL_SERVICE_NAME: name, OTEL_RESOURCE_ATTRIBUTES: attributes = {} } = config
  return {
    url,
    headers: { ...config.OTEL_EXPORTER_OTLP_HEADERS, ...config.OTEL_EXPORTER_OTLP_TRACES_HEADERS },
    protocol: config.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? config.OTEL_EXPORTER_OTLP_PROTOCOL,
    timeoutMs: config.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? config.OTEL_EXPORTER_OTLP_TIMEOUT,
    compression: config.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION ?? config.OTEL_EXPORTER_OTLP_COMPRESSION,
    certificates: certificatesOf(config),
    resource: { 'service.name': 'answerback', ...attributes, ...(name !== undefined && { 'service.name': name }) },
    sampling: samplingOf(config),
  }
}

/** `ca`: whom the receiver is trusted by. `cert` and `key`: what this server shows. */
function certificatesOf(config: Values) {
  const ca = config.OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE ?? config.OTEL_EXPORTER_OTLP_CERTIFICATE
  const cert = config.OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE ?? config.OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE
  const key = config.OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY ?? config.OTEL_EXPORTER_OTLP_CLIENT_KEY
  return { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert }), ...(key !== undefined && { key }) }
}

/** Of values that are right each by itself. The one for traces alone is named where it is set, or where its other half is. */
export function tracingFaults(values: Values): string[] {
  const { cert, key } = certificatesOf(values)
  if (cert === undefined && key === undefined) return []
  const certName = ofTraces(values, 'CLIENT_CERTIFICATE') ?? 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE'
  const keyName = ofTraces(values, 'CLIENT_KEY') ?? 'OTEL_EXPORTER_OTLP_CLIENT_KEY'
  if (key === undefined)
    return [`${certName.replace(/CERTIFICATE$/, 'KEY')}: it is not set. ${certName} needs its key.`]
  if (cert === undefined)
    return [`${keyName.replace(/KEY$/, 'CERTIFICATE')}: it is not set. ${keyName} needs its certificate.`]
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    ? []
    : [`${keyName}: it is the key of another certificate than ${certName}.`]
}

function ofTraces(values: Values, part: 'CLIENT_CERTIFICATE' | 'CLIENT_KEY'): string | null {
  const name = `OTEL_EXPORTER_OTLP_TRACES_${part}` as const
  return values[name] === undefined ? null : name
}

function samplingOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share }: Values) {
  const ratio = name.endsWith('always_off') ? 0 : name.endsWith('traceidratio') ? share : 1
  return { ratio, parentBased: name.startsWith('parentbased_') }
}
