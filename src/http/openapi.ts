// OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1), written from the schemas that validate.

import { z } from 'zod'
import { type Answer, type Bearer, OPERATIONS, type Operation } from './operations.ts'
import { PROBLEMS, type ProblemCode } from './problems.ts'
import { named, problem } from './schemas.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

export type Document = {
  openapi: '3.1.1'
  info: {
    title: string
    version: string
    summary: string
    description: string
    license: { name: string; identifier: string }
  }
  servers: { url: string }[]
  paths: Record<string, Partial<Record<Operation['method'], DescribedOperation>>>
  components: {
    schemas: Record<string, JsonSchema>
    securitySchemes: Record<Bearer, { type: string; scheme: string; description: string }>
  }
}

export type DescribedOperation = {
  operationId: string
  summary: string
  description?: string
  security: Partial<Record<Bearer, []>>[]
  parameters: { name: string; in: string; description: string; required: boolean; schema: JsonSchema }[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, Described>
}

export type Described = {
  description: string
  headers?: Record<string, { description: string; schema: JsonSchema }>
  content?: Content
}
type Content = Record<string, { schema: JsonSchema; example?: unknown; examples?: Record<string, { value: unknown }> }>

export function describe(serverUrl: string): Document {
  const paths: Document['paths'] = {}
  for (const operation of OPERATIONS) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describeOperation(operation) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Answerback',
      version: '1',
      summary: 'Verifies people by telephone.',
      description:
        'Start a challenge; a person is called or texted; learn how it ended. Errors are RFC 9457 problems with a stable `code`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: serverUrl }],
    paths,
    components: { schemas: components(), securitySchemes: SECURITY },
  }
}

const SECURITY = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'The API key of a service. Never in a browser.' },
  pageToken: {
    type: 'http',
    scheme: 'bearer',
    description: "The `page_token` of one challenge: the browser's bearer for it, and for nothing else.",
  },
}

function describeOperation({ id, summary, description, bearers, parameters, body, answers, problems }: Operation) {
  return {
    operationId: id,
    summary,
    ...(description !== undefined && { description }),
    security: bearers.map((bearer) => ({ [bearer]: [] })),
    parameters: parameters.map(({ schema, ...parameter }) => ({
      ...parameter,
      required: !schema.safeParse(undefined).success,
      schema: schemaOf(schema, 'input'),
    })),
    ...(body && {
      requestBody: {
        required: body.required,
        content: { 'application/json': { schema: schemaOf(body.schema, 'input'), example: body.example } },
      },
    }),
    responses: { ...describeAnswers(answers), ...describeProblems(problems) },
  } satisfies DescribedOperation
}

function describeAnswers(answers: Record<number, Answer>): Record<string, Described> {
  const described = Object.entries(answers).map(([status, { description, headers, content }]) => [
    status,
    {
      description,
      ...(headers && {
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
        ),
      }),
      ...(content && {
        content: {
          [content.type]: {
            schema: schemaOf(content.schema, 'output'),
            ...(content.example !== undefined && { example: content.example }),
          },
        },
      }),
    },
  ])
  return Object.fromEntries(described)
}

/** Codes that share a status share a response, with an example each. */
function describeProblems(codes: ProblemCode[]): Record<string, Described> {
  const byStatus = Object.groupBy(new Set(codes), (code) => String(PROBLEMS[code].status))
  const described = Object.entries(byStatus).map(([status, codes = []]) => [
    status,
    {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      ...(status === '401' && {
        headers: { 'WWW-Authenticate': { description: '`Bearer`', schema: { type: 'string' } } },
      }),
      ...(codes.includes('rate_limited') && {
        headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
      }),
      content: {
        'application/problem+json': {
          schema: schemaOf(problem, 'output'),
          examples: Object.fromEntries(codes.map((code) => [code, { value: example(code) }])),
        },
      },
    },
  ])
  return Object.fromEntries(described)
}

function example(code: ProblemCode): z.infer<typeof problem> {
  const { status, title } = PROBLEMS[code]
  const errors = code === 'invalid' && { errors: [{ path: 'to', message: 'The number belongs to no range in use.' }] }
  return { type: `/docs#${code}`, title, status, detail: 'One sentence for the developer.', code, ...errors }
}

/** A schema with a name is pointed to, the others stand where they are used. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const name = named.get(schema)?.id
  return name ? { $ref: uri(name) } : bare(z.toJSONSchema(schema, { io }))
}

function components(): Record<string, JsonSchema> {
  // All input: that a default is filled in for what is missing is what a sender needs to know, and the answers hold none.
  const { schemas } = z.toJSONSchema(named, { io: 'input', uri })
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, bare(schema)]))
}

function bare({ $schema: _, $id: __, ...schema }: JsonSchema): JsonSchema {
  return schema
}

function uri(name: string): string {
  return `#/components/schemas/${name}`
}
