// Instances are killed and restarted; the database is cut off, refused or silent for a while. The next fault comes after so
// many webhooks, not after so much time.

import type { TestContext } from 'node:test'
import type { Prng } from '../support/prng.ts'
import type { Fleet } from './fleet.ts'
import type { Instance } from './instance-process.ts'

const MOST_TRIES = 20

export type FaultInjector = {
  /** What it has done. */
  readonly injected: string[]
  /** No more faults, and everything is as it should be again. */
  end(): Promise<void>
}

export function injectFaults(t: TestContext, { instances, proxy, loadBalancer }: Fleet, prng: Prng): FaultInjector {
  const injected: string[] = []
  const killable = instances.slice(1)
  const down = new Map<Instance, Promise<void>>()
  let ending = false
  t.after(() => {
    ending = true
  })

  async function revive(instance: Instance): Promise<void> {
    // With the database away it cannot start and exits; a supervisor would start it again.
    let up = false
    for (let tries = 0; !up && tries < MOST_TRIES; tries++) {
      await instance.kill()
      up = await instance.start().then(
        () => true,
        () => false,
      )
    }
    down.delete(instance)
  }

  const faults: Record<string, () => Promise<void> | void> = {
    kill() {
      const able = killable.filter((one) => !down.has(one))
      if (able.length === 0) return
      const instance = prng.pick(able)
      down.set(instance, revive(instance))
    },
    cut: () => proxy.cut(),
    async stall() {
      proxy.stall()
      await loadBalancer.webhooksPassed(prng.between(3, 15), 2_500)
      proxy.resume()
    },
    async refuse() {
      await proxy.refuse()
      await loadBalancer.webhooksPassed(prng.between(3, 10), 700)
      await proxy.accept()
    },
  }

  const running = (async () => {
    while (!ending) {
      // The time is for when no call is left: on a busy machine calls must get on between two faults too.
      await loadBalancer.webhooksPassed(prng.between(20, 60), 10_000)
      const fault = prng.pick(['kill', 'kill', 'cut', 'stall', 'refuse'])
      injected.push(fault)
      await faults[fault]!()
    }
  })()

  return {
    injected,
    async end() {
      ending = true
      await running
      await Promise.all(down.values())
    },
  }
}
