// Follows the challenge by its page token and keeps the page that the server wrote up to date.

import { Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../../client/client.ts'
import {
  errorSentence,
  formatDuration,
  type OutcomeMessage,
  outcomeMessage,
  progressMessage,
  redeliveryLabels,
  retryLabels,
  stripSeparators,
  wrongCodeSentence,
} from '../sentences.ts'
import './form.ts'

type Started = { challenge: CreatedChallenge; now: number; codeLength: number }

const CHANNELS = ['call', 'sms'] as const

const root = element('verify')
const started: Started = JSON.parse(root.dataset.verify ?? '')
const { id, page_token } = started.challenge
const answerback = new Answerback({ baseUrl: location.origin, key: page_token })
/** How far this browser's clock is ahead of the server's. */
const clockOffset = Date.now() - started.now
/** Set once the automatic submit has failed: then the visitor presses the button. */
const submitManually = !element('problem').hidden

let challenge: Challenge = started.challenge
let warned = Number.POSITIVE_INFINITY
let connectionErrors = 0
let busy = false
let finished = false

element('live').hidden = false
document.getElementById('code-form')?.addEventListener('submit', submitCode)
element('cancel').addEventListener('click', () => runAction(() => answerback.cancel(id)))
for (const channel of CHANNELS) {
  element(`offer-${channel}`).addEventListener('click', () => runAction(() => answerback.redeliver(id, channel)))
}
const ticking = setInterval(tick, 1000)
show(challenge)
tick()
follow()

async function follow() {
  try {
    for await (const change of answerback.watch(id, { onConnectionError: onConnectionError })) show(change)
  } catch (error) {
    setStatus('Connection lost', 'We no longer see how your call is going. Reload this page to look again.')
    throw error
  }
}

/** A single reconnection is not worth telling. */
function onConnectionError(trouble: AnswerbackError | null) {
  connectionErrors = trouble ? connectionErrors + 1 : 0
  if (connectionErrors > 1) setStatus('Connection lost', 'We are reconnecting. Your call goes on meanwhile.')
  if (!trouble) show(challenge)
}

function show(change: Challenge) {
  if (change.version < challenge.version) return
  if (change.version > challenge.version) element('problem').hidden = true
  challenge = change
  const end = outcomeMessage(challenge)
  if (end) return showOutcome(end)
  const { stage, title, sentence } = progressMessage(challenge)
  root.dataset.stage = stage
  setStatus(title, sentence)
  const offered = redeliveryLabels(challenge)
  for (const channel of CHANNELS) {
    element(`offer-${channel}`).textContent = offered[channel] ?? ''
    element(`offer-${channel}`).hidden = offered[channel] === undefined
  }
}

function showOutcome({ tone, title, sentence, actions }: OutcomeMessage) {
  // The stream and the answer to a typed code both bring the outcome.
  if (finished) return
  finished = true
  clearInterval(ticking)
  const focusIsGoing = element('pending').contains(document.activeElement)
  root.dataset.stage = tone
  element('pending').hidden = true
  setStatus(title, sentence)
  if (tone === 'good') {
    if (!submitManually) (element('finish') as HTMLFormElement).requestSubmit()
    return
  }
  element('ended').hidden = false
  for (const channel of CHANNELS) element(`again-${channel}`).textContent = retryLabels(challenge)[channel]
  for (const element of root.querySelectorAll<HTMLElement>('[data-action]')) {
    element.hidden = !actions.some((action) => action === element.dataset.action)
  }
  if (focusIsGoing) element('status').focus()
}

function submitCode(event: Event) {
  event.preventDefault()
  const code = stripSeparators((element('code') as HTMLInputElement).value)
  if (!/^\d+$/.test(code)) return showCodeError('Please type the digits of your code.')
  if (code.length !== started.codeLength) {
    return showCodeError(
      `The code has ${started.codeLength} digits, and you typed ${code.length}. That cost you no try.`,
    )
  }
  showCodeError('')
  return runAction(async () => {
    const { valid, status, attempts_left } = await answerback.check(id, code)
    if (valid || status !== 'pending') return answerback.get(id)
    showCodeError(wrongCodeSentence(attempts_left))
    return null
  })
}

function showCodeError(sentence: string) {
  const input = element('code') as HTMLInputElement
  element('code-error').textContent = sentence
  element('code-error').hidden = sentence === ''
  input.setAttribute('aria-invalid', String(sentence !== ''))
  if (sentence === '') return
  input.focus()
  input.select()
}

/** One request at a time. An error is shown, and the request is never repeated by itself. */
async function runAction(action: () => Promise<Challenge | null>) {
  if (busy) return
  busy = true
  root.toggleAttribute('data-busy', true)
  element('problem').hidden = true
  try {
    const change = await action()
    if (change) show(change)
  } catch (error) {
    if (!(error instanceof AnswerbackError)) throw error
    element('problem').textContent = errorSentence(error)
    element('problem').hidden = false
  } finally {
    busy = false
    root.toggleAttribute('data-busy', false)
  }
}

/** The countdown is only seen; a screen reader hears two warnings. */
function tick() {
  const left = Math.max(0, Math.round((Date.parse(challenge.expires_at) + clockOffset - Date.now()) / 1000))
  element('left').hidden = false
  element('left').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const mark = [20, 60].find((seconds) => left <= seconds)
  if (mark === undefined || mark >= warned || left === 0) return
  warned = mark
  setStatus(element('title').textContent ?? '', `${progressMessage(challenge).sentence} ${formatDuration(left)} left.`)
}

function setStatus(title: string, sentence: string) {
  document.title = document.title.replace(/^.* · /, `${title} · `)
  setText(element('title'), title)
  setText(element('sentence'), sentence)
}

/** A live region that is written again is read out again, so unchanged text stays untouched. */
function setText(element: HTMLElement, text: string) {
  if (element.textContent !== text) element.textContent = text
}

function element(name: string): HTMLElement {
  return document.getElementById(name)!
}
