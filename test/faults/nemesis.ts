// What goes wrong: instances are killed and come back, the database is cut off, turned away or silent for a while. When
// the next blow falls is a matter of how much has happened since, not of time.

import type { TestContext } from 'node:test'
import type { Chance } from './chance.ts'
import type { Fleet } from './fleet.ts'
import type { Instance } from './instance.ts'

const MOST_TRIES = 20

export type Nemesis = {
  /** What it has done. */
  readonly deeds: string[]
  /** No more blows, and everything is as it should be again. */
  end(): Promise<void>
}

export function nemesis(t: TestContext, { instances, proxy, front }: Fleet, chance: Chance): Nemesis {
  const deeds: string[] = []
  const victims = instances.slice(1)
  const down = new Map<Instance, Promise<void>>()
  let ending = false
  t.after(() => {
    ending = true
  })

  async function revive(victim: Instance): Promise<void> {
    // With the database away it cannot start, and says so; whoever keeps it running starts it again.
    let up = false
    for (let tries = 0; !up && tries < MOST_TRIES; tries++) {
      await victim.kill()
      up = await victim.start().then(
        () => true,
        () => false,
      )
    }
    down.delete(victim)
  }

  const blows: Record<string, () => Promise<void> | void> = {
    kill() {
      const able = victims.filter((one) => !down.has(one))
      if (able.length === 0) return
      const victim = chance.pick(able)
      down.set(victim, revive(victim))
    },
    cut: () => proxy.cut(),
    async stall() {
      proxy.stall()
      await front.passes(chance.between(3, 15), 2_500)
      proxy.resume()
    },
    async refuse() {
      await proxy.refuse()
      await front.passes(chance.between(3, 10), 700)
      await proxy.accept()
    },
  }

  const strikes = (async () => {
    while (!ending) {
      await front.passes(chance.between(20, 60), 2_000)
      const blow = chance.pick(['kill', 'kill', 'cut', 'stall', 'refuse'])
      deeds.push(blow)
      await blows[blow]!()
    }
  })()

  return {
    deeds,
    async end() {
      ending = true
      await strikes
      await Promise.all(down.values())
    },
  }
}
