// Where traces are sent, in the variables that every program with OpenTelemetry reads:
// opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables and …/protocol/exporter. Those of them that are not
// here are passed over.

import { z } from 'zod'
import { certificateFile, privateKeyFile } from './pem-file.ts'
import { optional, SECRET, withDefault } from './setting.ts'
import { keyValues, oneOf, text } from './value-schemas.ts'

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const

const endpoint = z.url({ protocol: /^https?$/, error: 'is no URL such as http://localhost:4318' }).refine((value) => {
  const url = URL.parse(value)
  return url !== null && url.username === '' && url.password === '' && url.hash === ''
}, 'has a user, a password or a # in it: credentials go into OTEL_EXPORTER_OTLP_HEADERS')

const protocol = oneOf(['http/protobuf', 'http/json'])

const compression = oneOf(['none', 'gzip'])

const LONGEST_TIMEOUT = 600_000

const milliseconds = z
  .string()
  .regex(/^\d{1,6}$/, `is no number of milliseconds from 1 to ${LONGEST_TIMEOUT}`)
  .transform(Number)
  .refine((value) => value > 0 && value <= LONGEST_TIMEOUT, `is no number of milliseconds from 1 to ${LONGEST_TIMEOUT}`)

/** The standard knows no other word for yes, and no case. */
const trueOrFalse = z
  .string()
  .regex(/^(true|false)$/i, 'is neither true nor false')
  .transform((value) => value.toLowerCase() === 'true')

export const TRACE_SETTINGS = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    endpoint,
    'Where traces are sent by OTLP over HTTP; /v1/traces is added. Unset: there are none, and nothing is loaded for them.',
    { example: 'http://localhost:4318' },
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: optional(endpoint, 'The same for traces alone, with the path.', {
    example: 'http://localhost:4318/v1/traces',
  }),
  OTEL_EXPORTER_OTLP_HEADERS: optional(
    keyValues,
    'Headers that the receiver wants, as name=value,name=value, percent-encoded.',
    SECRET,
  ),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: optional(keyValues, 'More of them for traces alone.', SECRET),
  OTEL_EXPORTER_OTLP_PROTOCOL: withDefault(
    'http/protobuf',
    protocol,
    'How spans are written: http/protobuf or http/json. http/protobuf unless set.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: optional(protocol, 'The same for traces alone.', { example: 'http/json' }),
  OTEL_EXPORTER_OTLP_TIMEOUT: withDefault(
    '10000',
    milliseconds,
    'How long the receiver may take for a batch of spans, in milliseconds. 10000 unless set.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: optional(milliseconds, 'The same for traces alone.', { example: '10000' }),
  OTEL_EXPORTER_OTLP_COMPRESSION: withDefault('none', compression, 'none or gzip. none unless set.'),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: optional(compression, 'The same for traces alone.', { example: 'gzip' }),
  OTEL_EXPORTER_OTLP_CERTIFICATE: optional(
    certificateFile,
    "A file in PEM with the authority that has signed the receiver's certificate. Unset: those that Node knows.",
    { example: '/etc/answerback/collector-ca.pem' },
  ),
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: optional(certificateFile, 'The same for traces alone.', {
    example: '/etc/answerback/collector-ca.pem',
  }),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: optional(
    certificateFile,
    'A file in PEM with the certificate that this server shows the receiver. Its key is needed too.',
    { example: '/etc/answerback/traces.pem' },
  ),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: optional(certificateFile, 'The same for traces alone.', {
    example: '/etc/answerback/traces.pem',
  }),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: optional(privateKeyFile, 'A file in PEM with the key of that certificate.', {
    example: '/etc/answerback/traces-key.pem',
  }),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: optional(privateKeyFile, 'The same for traces alone.', {
    example: '/etc/answerback/traces-key.pem',
  }),
  OTEL_SERVICE_NAME: optional(text, 'The name of this server in traces. answerback unless set.', {
    example: 'answerback',
  }),
  OTEL_RESOURCE_ATTRIBUTES: optional(
    keyValues,
    'What else traces say of this process, as name=value,name=value, percent-encoded.',
    { example: 'deployment.environment.name=production' },
  ),
  OTEL_TRACES_SAMPLER: withDefault(
    'parentbased_always_on',
    oneOf(SAMPLERS),
    `Which traces are kept, of ${SAMPLERS.join(', ')}. parentbased_always_on unless set.`,
  ),
  OTEL_TRACES_SAMPLER_ARG: withDefault(
    '1',
    z
      .string()
      .regex(/^(0(\.\d+)?|1(\.0+)?|\.\d+)$/, 'is no number from 0 to 1')
      .transform(Number),
    'Which share of them, where the sampler is a traceidratio: 1, which is all, unless set.',
  ),
  OTEL_TRACES_EXPORTER: withDefault('otlp', oneOf(['otlp', 'none']), 'otlp or none. otlp unless set.'),
  OTEL_SDK_DISABLED: withDefault('false', trueOrFalse, 'true: no traces, whatever else is set. false unless set.'),
} as const
