// The waiting page, live: follows the challenge by its page token and keeps the parts that the server wrote up to date.

import { Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../../client/client.ts'
import {
  digitsOf,
  duration,
  type Ending,
  ending,
  offers,
  onceMore,
  progress,
  refusal,
  wrongCode,
} from '../sentences.ts'
import './form.ts'

type Started = { challenge: CreatedChallenge; now: number; codeLength: number }

const CHANNELS = ['call', 'sms'] as const

const root = part('verify')
const started: Started = JSON.parse(root.dataset.verify ?? '')
const { id, page_token } = started.challenge
const answerback = new Answerback({ baseUrl: location.origin, key: page_token })
/** How far this browser's clock is ahead of the server's. */
const ahead = Date.now() - started.now
/** Moving on has failed before: then the visitor says when to try again. */
const held = !part('problem').hidden

let challenge: Challenge = started.challenge
let warned = Number.POSITIVE_INFINITY
let troubles = 0
let busy = false
let finished = false

part('live').hidden = false
document.getElementById('code-form')?.addEventListener('submit', check)
part('cancel').addEventListener('click', () => attempt(() => answerback.cancel(id)))
for (const channel of CHANNELS) {
  part(`offer-${channel}`).addEventListener('click', () => attempt(() => answerback.redeliver(id, channel)))
}
const ticking = setInterval(tick, 1000)
show(challenge)
tick()
follow()

async function follow() {
  try {
    for await (const change of answerback.watch(id, { onTrouble: lost })) show(change)
  } catch (error) {
    say('Connection lost', 'We no longer see how your call is going. Reload this page to look again.')
    throw error
  }
}

/** One broken line in a while is no news. */
function lost(trouble: AnswerbackError | null) {
  troubles = trouble ? troubles + 1 : 0
  if (troubles > 1) say('Connection lost', 'We are reconnecting. Your call goes on meanwhile.')
  if (!trouble) show(challenge)
}

function show(change: Challenge) {
  if (change.version < challenge.version) return
  if (change.version > challenge.version) part('problem').hidden = true
  challenge = change
  const end = ending(challenge)
  if (end) return finish(end)
  const { stage, title, sentence } = progress(challenge)
  root.dataset.stage = stage
  say(title, sentence)
  const offered = offers(challenge)
  for (const channel of CHANNELS) {
    part(`offer-${channel}`).textContent = offered[channel] ?? ''
    part(`offer-${channel}`).hidden = offered[channel] === undefined
  }
}

function finish({ tone, title, sentence, actions }: Ending) {
  // The stream and the answer to a guess both tell it.
  if (finished) return
  finished = true
  clearInterval(ticking)
  const focusIsGoing = part('pending').contains(document.activeElement)
  root.dataset.stage = tone
  part('pending').hidden = true
  say(title, sentence)
  if (tone === 'good') {
    if (!held) (part('finish') as HTMLFormElement).requestSubmit()
    return
  }
  part('ended').hidden = false
  for (const channel of CHANNELS) part(`again-${channel}`).textContent = onceMore(challenge)[channel]
  for (const element of root.querySelectorAll<HTMLElement>('[data-action]')) {
    element.hidden = !actions.some((action) => action === element.dataset.action)
  }
  if (focusIsGoing) part('status').focus()
}

function check(event: Event) {
  event.preventDefault()
  const code = digitsOf((part('code') as HTMLInputElement).value)
  if (!/^\d+$/.test(code)) return wrong('Please type the digits of your code.')
  if (code.length !== started.codeLength) {
    return wrong(`The code has ${started.codeLength} digits, and you typed ${code.length}. That cost you no try.`)
  }
  wrong('')
  return attempt(async () => {
    const { valid, status, attempts_left } = await answerback.check(id, code)
    if (valid || status !== 'pending') return answerback.get(id)
    wrong(wrongCode(attempts_left))
    return null
  })
}

function wrong(sentence: string) {
  const input = part('code') as HTMLInputElement
  part('code-error').textContent = sentence
  part('code-error').hidden = sentence === ''
  input.setAttribute('aria-invalid', String(sentence !== ''))
  if (sentence === '') return
  input.focus()
  input.select()
}

/** One wish at a time. Its refusal is said, and never tried again unasked. */
async function attempt(wish: () => Promise<Challenge | null>) {
  if (busy) return
  busy = true
  root.toggleAttribute('data-busy', true)
  part('problem').hidden = true
  try {
    const change = await wish()
    if (change) show(change)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    part('problem').textContent = refusal(error)
    part('problem').hidden = false
  } finally {
    busy = false
    root.toggleAttribute('data-busy', false)
  }
}

/** Counts down in sight only: what is said aloud is a warning, twice. */
function tick() {
  const left = Math.max(0, Math.round((Date.parse(challenge.expires_at) + ahead - Date.now()) / 1000))
  part('left').hidden = false
  part('left').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const mark = [20, 60].find((seconds) => left <= seconds)
  if (mark === undefined || mark >= warned || left === 0) return
  warned = mark
  say(part('title').textContent ?? '', `${progress(challenge).sentence} ${duration(left)} left.`)
}

function say(title: string, sentence: string) {
  document.title = document.title.replace(/^.* · /, `${title} · `)
  setText(part('title'), title)
  setText(part('sentence'), sentence)
}

/** A live region that is written anew is read anew, so what has not changed stays untouched. */
function setText(element: HTMLElement, text: string) {
  if (element.textContent !== text) element.textContent = text
}

function part(name: string): HTMLElement {
  return document.getElementById(name)!
}
