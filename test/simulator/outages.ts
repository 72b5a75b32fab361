// Faults of whole parts: instances that crash or stop, a database or a carrier that is away, and other traffic of the
// same carrier accounts.

import { startInstance } from './instance.ts'
import type { World } from './world.ts'

/** Starts an instance, and another one after each crash or stop. */
export async function runInstance(world: World, name: string): Promise<void> {
  const { scheduler, prng, faultRates, transcript, recorder } = world
  const instance = await startInstance(world, name)
  transcript.add(`${name} starts`)
  const check = () => {
    if (!instance.alive) return
    if (faultRates.occurs('instance_crashes')) {
      transcript.add(`${name} crashes`)
      instance.crash()
      return later()
    }
    if (faultRates.occurs('instance_stops')) return void stop()
    scheduler.after(prng.between(200, 2_000), check)
  }
  const later = () => {
    recorder.disruptions.push(scheduler.now())
    scheduler.after(prng.between(500, 5_000), () => void runInstance(world, name))
  }
  /** As src/main.ts does it: nothing new, then the end of what is under way. */
  const stop = async () => {
    transcript.add(`${name} is told to stop`)
    instance.server.stopping.abort()
    world.instances.delete(instance)
    await scheduler.sleep(3_000)
    await instance.server.drain()
    transcript.add(`${name} has stopped`)
    instance.crash()
    later()
  }
  scheduler.after(prng.between(200, 20_000), check)
}

/** Other calls of the same accounts, so that ours have to queue. */
export function otherTraffic({ scheduler, prng, store }: World): void {
  for (let calls = prng.between(10, 120); calls > 0; calls--)
    scheduler.after(
      prng.between(0, 40_000),
      () =>
        void store.carrierRates.reserve({
          carrier: prng.pick(['twilio', 'signalwire']),
          channel: 'call',
          lane: 0,
          perSecond: 1,
          maxWaitSeconds: 10,
        }),
    )
}

export function databaseOutages(world: World): void {
  const { scheduler, prng, faultRates, transcript, recorder } = world
  const check = () => {
    if (faultRates.occurs('database_away')) {
      world.databaseDownUntil = scheduler.now() + prng.between(500, 6_000)
      recorder.disruptions.push(scheduler.now(), world.databaseDownUntil)
      transcript.add('the database goes away')
      scheduler.after(world.databaseDownUntil - scheduler.now(), () => transcript.add('the database is back'))
    }
    if (scheduler.now() < faultRates.endAt) scheduler.after(prng.between(500, 3_000), check)
  }
  scheduler.after(prng.between(500, 10_000), () => check())
}

export function carrierOutages(world: World): void {
  const { scheduler, prng, faultRates, transcript, carrierSilentUntil, carrierCutOffUntil } = world
  const check = (likelier = 1) => {
    const carrier = prng.pick(['twilio', 'twilio', 'twilio', 'signalwire'])
    if (faultRates.occurs('carrier_silent', likelier)) {
      carrierSilentUntil[carrier] = scheduler.now() + prng.between(5_000, 90_000)
      const both = prng.chance(0.7)
      if (both) carrierCutOffUntil[carrier] = carrierSilentUntil[carrier]
      transcript.add(`${carrier} falls silent${both ? ', and reaches nobody' : ''}`)
      scheduler.after(carrierSilentUntil[carrier] - scheduler.now(), () => transcript.add(`${carrier} speaks again`))
    }
    if (scheduler.now() < faultRates.endAt) scheduler.after(prng.between(500, 10_000), () => check())
  }
  // Most begins in the first moments.
  check(5)
}
