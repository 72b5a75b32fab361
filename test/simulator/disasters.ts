// What comes over whole instances, databases and carriers: deaths, stops, outages, silences, and other people's calls.

import { live } from './instance.ts'
import type { World } from './world.ts'

/** An instance, and all that will come after it under its name. */
export async function begin(world: World, name: string): Promise<void> {
  const { scheduler, dice, weather, story, witness } = world
  const life = await live(world, name)
  story.tell(`${name} starts`)
  const look = () => {
    if (!life.alive) return
    if (weather.strikes('instance_crashes')) {
      story.tell(`${name} dies`)
      life.die()
      return later()
    }
    if (weather.strikes('instance_stops')) return void stop()
    scheduler.after(dice.between(200, 2_000), look)
  }
  const later = () => {
    witness.hurtAt.push(scheduler.now())
    scheduler.after(dice.between(500, 5_000), () => void begin(world, name))
  }
  /** As src/main.ts does it: nothing new, then the end of what is under way. */
  const stop = async () => {
    story.tell(`${name} is told to stop`)
    life.server.stopping.abort()
    world.lives.delete(life)
    await scheduler.sleep(3_000)
    await life.server.drain()
    story.tell(`${name} has stopped`)
    life.die()
    later()
  }
  scheduler.after(dice.between(200, 20_000), look)
}

/** Other calls of the same accounts, so that ours have to queue. */
export function otherTraffic({ scheduler, dice, store }: World): void {
  for (let calls = dice.between(10, 120); calls > 0; calls--)
    scheduler.after(
      dice.between(0, 40_000),
      () => void store.carrierRates.reserve(dice.pick(['twilio', 'signalwire']), 'call', 1, 10),
    )
}

export function outages(world: World): void {
  const { scheduler, dice, weather, story, witness } = world
  const look = () => {
    if (weather.strikes('database_away')) {
      world.awayUntil = scheduler.now() + dice.between(500, 6_000)
      witness.hurtAt.push(scheduler.now(), world.awayUntil)
      story.tell('the database goes away')
      scheduler.after(world.awayUntil - scheduler.now(), () => story.tell('the database is back'))
    }
    if (scheduler.now() < weather.calmAt) scheduler.after(dice.between(500, 3_000), look)
  }
  scheduler.after(dice.between(500, 10_000), () => look())
}

export function silences(world: World): void {
  const { scheduler, dice, weather, story, silentUntil, cutOffUntil } = world
  const look = (likelier = 1) => {
    const carrier = dice.pick(['twilio', 'twilio', 'twilio', 'signalwire'])
    if (weather.strikes('carrier_silent', likelier)) {
      silentUntil[carrier] = scheduler.now() + dice.between(5_000, 90_000)
      const both = dice.chance(0.7)
      if (both) cutOffUntil[carrier] = silentUntil[carrier]
      story.tell(`${carrier} falls silent${both ? ', and reaches nobody' : ''}`)
      scheduler.after(silentUntil[carrier] - scheduler.now(), () => story.tell(`${carrier} speaks again`))
    }
    if (scheduler.now() < weather.calmAt) scheduler.after(dice.between(500, 10_000), () => look())
  }
  // Most begins in the first moments.
  look(5)
}
