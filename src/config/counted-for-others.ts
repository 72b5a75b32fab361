// What is counted over all services: a delivery of one of them counts for the limits of every other, whatever time theirs are
// for, and also where it has none itself.

import { type CountedForOthers, type GuardSettings, OF_ALL_SERVICES } from '../guard/guard.ts'

export function countedForOthers(
  services: readonly Pick<GuardSettings, 'limits' | 'waitsUnanswered'>[],
): CountedForOthers {
  const secondsOf = (what: (typeof OF_ALL_SERVICES)[number]) =>
    new Set(services.flatMap(({ limits }) => (limits[what] ?? []).map(({ seconds }) => seconds)))
  return {
    seconds: Object.fromEntries(OF_ALL_SERVICES.map((what) => [what, [...secondsOf(what)]])),
    unanswered: services.some(({ waitsUnanswered }) => waitsUnanswered),
  }
}
