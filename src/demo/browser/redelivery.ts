// "Text me again" and "Call me instead": offered when no call is live, with a countdown while the server would refuse.

import type { AnswerbackError, Challenge, Channel } from '../../client/client.ts'
import { redeliveryLabels } from '../sentences.ts'
import { element, keepFocus, setText } from './elements.ts'

const CHANNELS = ['call', 'sms'] as const

export class Redelivery {
  readonly #cooldown: number
  /** The server's time in milliseconds before which it would answer 429. */
  #refusedUntil = 0

  constructor(cooldownSeconds: number, redeliver: (channel: Channel) => void) {
    this.#cooldown = cooldownSeconds
    for (const channel of CHANNELS) {
      element(`offer-${channel}`).addEventListener('submit', (event) => {
        event.preventDefault()
        redeliver(channel)
      })
    }
  }

  /** Takes a short refusal into the countdown; a longer one is left for the page to tell. */
  takeRefusal({ code, retryAfter }: AnswerbackError, now: number): boolean {
    if (code !== 'rate_limited' || retryAfter === null || retryAfter > 60) return false
    this.#refusedUntil = now + retryAfter * 1000
    return true
  }

  show(challenge: Challenge, now: number) {
    const labels = redeliveryLabels(challenge)
    const last = Date.parse(challenge.deliveries.at(-1)?.created_at ?? '') || 0
    const seconds = Math.ceil((Math.max(last + this.#cooldown * 1000, this.#refusedUntil) - now) / 1000)
    keepFocus(() => {
      for (const channel of CHANNELS) {
        const form = element(`offer-${channel}`)
        const button = form.querySelector('button')!
        form.hidden = labels[channel] === undefined
        button.disabled = seconds > 0
        setText(button, seconds > 0 ? `${labels[channel]} in ${seconds} s` : (labels[channel] ?? ''))
      }
    })
  }
}
