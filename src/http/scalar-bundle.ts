// Scalar's browser bundle, out of its Fastify plugin: the one published package that holds the bundle alone.
// `@scalar/api-reference` installs 284 packages, most of them sources of the same bundle; the plugin needs 13 new ones.

import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

export type ScalarBundle = { plain: string; gzipped: Uint8Array<ArrayBuffer> }

/** The little of Fastify that the plugin uses to add its routes. */
type Route = { url: string; handler: (request: object, reply: Reply) => unknown }
type Reply = { header: () => Reply; send: (body: string) => void }
type Plugin = (
  fastify: { route: (route: Route) => void; initialConfig: object },
  options: object,
  done: () => void,
) => void

let bundle: Promise<ScalarBundle> | undefined

/** Loaded with the first request: five megabytes that a server without readers of its reference never needs. */
export function scalarBundle(): Promise<ScalarBundle> {
  bundle ??= load()
  return bundle
}

async function load(): Promise<ScalarBundle> {
  const { default: plugin } = await import('@scalar/fastify-api-reference')
  const routes: Route[] = []
  const fastify = { route: (route: Route) => void routes.push(route), initialConfig: {} }
  const options = { routePrefix: '/docs', configuration: { url: '/openapi.json' } }
  ;(plugin as unknown as Plugin)(fastify, options, () => {})
  const sent: string[] = []
  const reply: Reply = { header: () => reply, send: (body) => void sent.push(body) }
  routes.find(({ url }) => url.endsWith('.js'))?.handler({}, reply)
  const [plain] = sent
  if (!plain) throw new Error('@scalar/fastify-api-reference offers no script')
  return { plain, gzipped: new Uint8Array(await promisify(gzip)(plain)) }
}
