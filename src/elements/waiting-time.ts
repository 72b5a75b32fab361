// A wait as it is said to a person: to the second only while it is short.

type Unit = (count: number) => string

const MINUTE = 60
const HOUR = 3600

export function waitingTime(seconds: number, inSeconds: Unit, inMinutes: Unit, inHours: Unit): string {
  if (seconds < 1.5 * MINUTE) return inSeconds(seconds)
  return seconds <= 1.5 * HOUR ? inMinutes(Math.ceil(seconds / MINUTE)) : inHours(Math.ceil(seconds / HOUR))
}
