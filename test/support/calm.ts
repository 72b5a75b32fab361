import type { Exchange } from '../../src/exchange/exchange.ts'
import type { Server } from '../../src/server.ts'

/**
 * Until nothing is under way between the exchange and the instances, however often one of them begins something for what
 * the other has done: a round in which no request was made is the last one.
 */
export async function untilCalm(phones: Exchange, instances: readonly Pick<Server, 'challenges'>[]): Promise<void> {
  const latestRequest = () => phones.httpLog.at(-1)?.id
  for (let before: number | undefined | null = null; before !== latestRequest(); ) {
    before = latestRequest()
    await phones.settled()
    await Promise.all(instances.map(({ challenges }) => challenges.stop()))
    // What the exchange holds back until all else is done has begun only now.
    await phones.settled()
  }
}
