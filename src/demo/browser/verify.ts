// Follows the challenge by its page token and keeps the page that the server wrote up to date.

import { Answerback, AnswerbackError, type Challenge, type CreatedChallenge } from '../../client/client.ts'
import { errorSentence, formatDuration } from '../error-sentences.ts'
import { type OutcomeMessage, outcomeMessage } from '../outcome-sentences.ts'
import { progressMessage, retryLabels, wrongCodeSentence } from '../sentences.ts'
import { watchCodeField } from './code-field.ts'
import { element, keepFocus, setStatus } from './elements.ts'
import './submit-once.ts'
import { Redelivery } from './redelivery.ts'

type Started = { challenge: CreatedChallenge; now: number; codeLength: number; resendCooldown: number }

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
let connectionLost = false
let busy = false
let finished = false

const redelivery = new Redelivery(started.resendCooldown, (channel) =>
  runAction(() => answerback.redeliver(id, channel)),
)
element('cancel').addEventListener('submit', (event) => {
  event.preventDefault()
  runAction(() => answerback.cancel(id))
})
watchCodeField(started.codeLength, async (code) => {
  let problem: string | null = null
  await runAction(async () => {
    const { valid, status, attempts_left } = await answerback.check(id, code)
    if (valid || status !== 'pending') return answerback.get(id)
    problem = wrongCodeSentence(attempts_left)
    return null
  })
  return problem
})
const ticking = setInterval(tick, 1000)
show(challenge)
tick()
follow()

async function follow() {
  try {
    for await (const change of answerback.watch(id, { onConnectionError })) show(change)
  } catch (error) {
    connectionLost = true
    setStatus('Connection lost', 'We no longer see how your call is going. Reload this page to look again.')
    throw error
  }
}

/** A single reconnection is not worth telling. */
function onConnectionError(error: AnswerbackError | null) {
  connectionErrors = error ? connectionErrors + 1 : 0
  connectionLost = connectionErrors > 1
  if (connectionLost) setStatus('Connection lost', 'We are reconnecting. Your call goes on meanwhile.')
  if (!error) show(challenge)
}

function show(change: Challenge) {
  if (change.version < challenge.version) return
  if (change.version > challenge.version) element('problem').hidden = true
  challenge = change
  const outcome = outcomeMessage(challenge)
  if (outcome) return showOutcome(outcome)
  showProgress()
}

function showProgress() {
  redelivery.show(challenge, serverTime())
  if (connectionLost) return
  const { stage, title, sentence } = progressMessage(challenge, serverTime())
  root.dataset.stage = stage
  setStatus(title, sentence + warning())
}

function showOutcome({ tone, title, sentence, actions }: OutcomeMessage) {
  // The stream and the answer to a typed code both bring the outcome.
  if (finished) return
  finished = true
  clearInterval(ticking)
  root.dataset.stage = tone
  setStatus(title, sentence)
  keepFocus(() => {
    element('pending').hidden = true
    if (tone === 'good') return
    element('ended').hidden = false
    for (const channel of ['call', 'sms'] as const) {
      element(`again-${channel}`).textContent = retryLabels(challenge)[channel]
    }
    for (const offer of root.querySelectorAll<HTMLElement>('[data-action]')) {
      offer.hidden = !actions.some((action) => action === offer.dataset.action)
    }
  })
  if (tone === 'good' && !submitManually) (element('finish') as HTMLFormElement).requestSubmit()
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
    if (!redelivery.takeRefusal(error, serverTime())) {
      element('problem').textContent = errorSentence(error)
      element('problem').hidden = false
    }
    if (!finished) showProgress()
  } finally {
    busy = false
    root.toggleAttribute('data-busy', false)
  }
}

/** The countdown is only seen; a screen reader hears two warnings. */
function tick() {
  element('left').hidden = false
  const left = secondsLeft()
  element('left').textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')} left`
  const mark = [20, 60].find((seconds) => left <= seconds)
  if (mark !== undefined && mark < warned && left > 0) warned = mark
  showProgress()
}

/** Constant between two marks, so that it is read out once for each. */
function warning(): string {
  return warned === Number.POSITIVE_INFINITY ? '' : ` Less than ${formatDuration(warned)} left.`
}

function secondsLeft(): number {
  return Math.max(0, Math.round((Date.parse(challenge.expires_at) - serverTime()) / 1000))
}

function serverTime(): number {
  return Date.now() - clockOffset
}
