// Whether a carrier's webhook would arrive. The question goes out to PUBLIC_URL, as the carrier's would, and must come back
// to a server of ours, on the very path, neither redirected nor rewritten.

import { createServer } from 'node:http'
import { BASE_URLS } from '../../config/carrier-settings.ts'
import type { Config } from '../../config/read-config.ts'
import { isLoopback } from '../../domain/loopback.ts'
import { DEADLINES } from '../../time/deadlines.ts'
import { bad, type Finding, good, odd, reason } from './finding.ts'

export async function reach(config: Config): Promise<Finding> {
  const { protocol } = new URL(config.publicUrl)
  if (isLoopback(config.publicUrl)) {
    return config.carriers.every((name) => isLoopback(config[BASE_URLS[name][0]] ?? ''))
      ? good('PUBLIC_URL', 'Local, as the carrier is.')
      : bad(
          'PUBLIC_URL',
          `${config.publicUrl} is this machine: no carrier on the internet reaches it. A tunnel or a host name is needed.`,
        )
  }
  const stop = await standIn(config)
  const found = await ask(config)
  await stop()
  return protocol === 'http:' && found.verdict === 'good'
    ? odd(
        'PUBLIC_URL',
        'It is reached, but by http: what the carrier sends, keys included, can be read on the way. Use https.',
      )
    : found
}

/** An unsigned document request. This program refuses it; any other answer comes from another server. */
async function ask({ publicUrl, carriers }: Config): Promise<Finding> {
  const [carrier = 'twilio'] = carriers
  const url = `${publicUrl}/voice/${carrier}/en-US/chl_doctor/dlv_doctor/answer`
  try {
    const { status, headers, body } = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINES.doctorRequest),
    })
    await body?.cancel()
    if (status >= 300 && status < 400) {
      return bad(
        'PUBLIC_URL',
        `It redirects to ${headers.get('location')}. Carriers drop what they post when redirected: set PUBLIC_URL to where it leads.`,
      )
    }
    if (headers.get('answerback') === 'refused')
      return good('PUBLIC_URL', 'Webhooks arrive, and an unsigned one is refused.')
    if (status === 404)
      return bad(
        'PUBLIC_URL',
        'Something answers there, but not this server on this path (HTTP 404). Does a proxy cut the path, or lead elsewhere?',
      )
    return bad(
      'PUBLIC_URL',
      `Something else than this server answers there (HTTP ${status}). Does a proxy stand in the way?`,
    )
  } catch (error) {
    return bad('PUBLIC_URL', `${new URL(url).origin} can't be reached: ${reason(error)}.`)
  }
}

/** Answers like the server while none is running. */
function standIn({ PORT, host }: Config): Promise<() => Promise<void>> {
  return new Promise((resolve) => {
    const server = createServer((request, response) =>
      response.writeHead(request.method === 'POST' ? 403 : 404, { Answerback: 'refused' }).end(),
    )
    server.once('error', () => resolve(async () => {}))
    server.listen(PORT, host, () => resolve(() => new Promise((closed) => server.close(() => closed()))))
  })
}
