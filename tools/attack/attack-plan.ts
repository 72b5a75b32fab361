// What is asked of the server in the replay of an attack: each step an honest login or a piece of the attack, in an order that
// a seed draws.

import type { E164 } from '../../src/domain/challenge.ts'
import { createPrng, type Prng } from '../../test/support/prng.ts'

export const ATTACKS = {
  neighbours: 'one number after the other, US',
  expensive: 'random numbers of three prefixes, Dominican Republic',
  spread: 'a prefix of its own each, Jamaica',
  canceled: 'canceled at once, Barbados',
  token: "a stranger with a page's token, Grenada",
  premium: 'premium and satellite numbers',
} as const
export type AttackName = keyof typeof ATTACKS

export type Step = { to: E164; from: AttackName | 'honest'; verifies: boolean; clientIp: string }

/** `scale`: 1 for the report; less for a test. */
export function drawPlan(seed: number, scale: number): Step[] {
  const prng = createPrng(seed)
  const count = (whole: number) => Math.ceil(whole * scale)
  const attack = (from: AttackName, numbers: E164[]) =>
    numbers.map((to) => ({ to, from, verifies: false, clientIp: anAddress(prng) }))
  const many = <T extends E164 | Step>(number: number, one: (index: number) => T) =>
    Array.from({ length: number }, (_, index) => one(index))
  const first = prng.between(1_000, 8_000)
  const streams: Step[][] = [
    attack(
      'neighbours',
      many(count(60), (index) => `+1917555${first + index}`),
    ),
    ...(['+1809552', '+1809562', '+1809682'] as const).map((prefix) =>
      attack(
        'expensive',
        many(count(60), () => `${prefix}${digits(prng, 4)}`),
      ),
    ),
    attack(
      'spread',
      many(count(150), (index) => `+1876${300 + index}${digits(prng, 4)}`),
    ),
    attack(
      'canceled',
      many(count(60), () => `+1246432${digits(prng, 4)}`),
    ),
    attack(
      'token',
      many(count(60), () => '+14734051234'),
    ),
    attack(
      'premium',
      many(count(10), (index) => (index % 2 ? `+1900555${digits(prng, 4)}` : `+88165141${digits(prng, 4)}`)),
    ),
    many(count(400), () => ({
      to: `+1${prng.pick(AREAS)}${prng.between(220, 989)}${digits(prng, 4)}`,
      from: 'honest' as const,
      verifies: prng.chance(0.7),
      clientIp: anAddress(prng),
    })),
  ]
  return interleaved(prng, streams)
}

/** Each stream keeps its order, and is spread over the whole. */
function interleaved(prng: Prng, streams: Step[][]): Step[] {
  const placed = streams.flatMap((stream) =>
    stream.map((step, index) => ({ step, at: (index + prng.next()) / stream.length })),
  )
  return placed.sort((one, other) => one.at - other.at).map(({ step }) => step)
}

const AREAS = [
  '202',
  '212',
  '213',
  '305',
  '312',
  '404',
  '415',
  '503',
  '512',
  '617',
  '702',
  '713',
  '801',
  '919',
] as const

function digits(prng: Prng, length: number): string {
  return String(prng.between(0, 10 ** length - 1)).padStart(length, '0')
}

function anAddress(prng: Prng): string {
  return [prng.between(11, 99), prng.between(0, 255), prng.between(0, 255), prng.between(1, 254)].join('.')
}
