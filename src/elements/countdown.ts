// Seconds left by the server's clock; the browser's may be wrong.

/** Seconds left at which a screen reader hears a warning; the countdown itself is only seen. */
const WARNINGS = [20, 60]

export class Countdown {
  #expiresAt = 0
  #redeliverAt = 0
  #clockOffset = 0
  #warned = Number.POSITIVE_INFINITY

  /** Takes what the server has just said is left. `local`: this browser's clock, in milliseconds. */
  set({ expires_at, expires_in, redeliver_in }: Timed, local: number): void {
    const expires = Date.parse(expires_at)
    if (expires_in !== undefined) this.#clockOffset = local - (expires - expires_in * 1000)
    this.#expiresAt = expires
    this.#redeliverAt = this.serverTime(local) + (redeliver_in ?? 0) * 1000
  }

  /** The server has refused another delivery for so many seconds. */
  postpone(seconds: number, local: number): void {
    this.#redeliverAt = Math.max(this.#redeliverAt, this.serverTime(local) + seconds * 1000)
  }

  serverTime(local: number): number {
    return local - this.#clockOffset
  }

  secondsLeft(local: number): number {
    return Math.max(0, Math.round((this.#expiresAt - this.serverTime(local)) / 1000))
  }

  secondsUntilRedelivery(local: number): number {
    return Math.max(0, Math.ceil((this.#redeliverAt - this.serverTime(local)) / 1000))
  }

  /** The latest warning that is due, the same until the next, so that it is read out once. */
  warning(local: number): number | null {
    const left = this.secondsLeft(local)
    const mark = WARNINGS.find((seconds) => left <= seconds)
    if (mark !== undefined && left > 0) this.#warned = Math.min(this.#warned, mark)
    return this.#warned === Number.POSITIVE_INFINITY ? null : this.#warned
  }
}

type Timed = { expires_at: string; expires_in?: number; redeliver_in?: number }

export function clockText(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
