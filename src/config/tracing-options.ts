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
    resource: { 'service.name': 'answerback', ...attributes, ...(name !== undefined && { 'service.name': name }) },
    sampling: samplingOf(config),
  }
}

function samplingOf({ OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: share }: Values) {
  const ratio = name.endsWith('always_off') ? 0 : name.endsWith('traceidratio') ? share : 1
  return { ratio, parentBased: name.startsWith('parentbased_') }
}
