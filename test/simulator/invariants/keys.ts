// What was keyed is heard, also when the hang-up overtook it. DESIGN.md, promise 13.

import type { Challenge, Outcome } from '../../../src/domain/challenge.ts'
import type { DeliveryRequest, WebhookRecord } from '../recorder.ts'
import { type Check, type History, isUndisturbed, STALL_MS } from './facts.ts'

/** The keys of the open turn count for so long after the hang-up; a report counts always. */
const KEYS_AFTER_HANG_UP_MS = 5_000
/** Of an `approve`: what a drawn key, or another, decides once it has been named. */
const APPROVAL = ['key_pressed', 'rejected']
/** After the answer to the carrier: a save that lost a race, and a sluggish database. */
const SAVED_MS = 1_500

export const keysHeard: Check = function* (world, facts) {
  const { byId, requestByDelivery, secrets } = facts
  for (const webhook of world.recorder.webhooks) {
    const { challenge: id, delivery, hook, keys, genuine, arrivedAt, answeredAt } = webhook
    const history = byId.get(id)
    const until = answeredAt + SAVED_MS
    if (hook !== 'turn' || !genuine || !keys || !history || until >= history.expiresAt) continue
    const before = stateFor(history, webhook)
    const request = requestByDelivery.get(delivery as never)
    const approveKey = facts.approveKey(history, delivery as never)
    const isCounted = !world.settings.policy.drawnKey || wasNamed(request, approveKey)
    const due =
      before &&
      dueReason(before, webhook, {
        code: secrets.code(history.last),
        approveKey,
        isPhraseSpoken: history.last.request.sharedPhrase,
      })
    if (!due || (APPROVAL.includes(due) && !isCounted)) continue
    const hungUpAt = request?.call?.endedAt?.getTime() ?? Number.POSITIVE_INFINITY
    if (due !== 'fraud_reported' && arrivedAt >= hungUpAt + KEYS_AFTER_HANG_UP_MS) continue
    if (isDecidedOtherwise(history, until) || !isUndisturbed(world, arrivedAt - STALL_MS, until)) continue
    const outcome = stateAt(history, until)?.outcome ?? null
    if (outcome?.reason !== due)
      yield `"${keys}" of ${delivery} came ${Math.max(0, arrivedAt - hungUpAt)} ms after the hang-up and meant ${due}, but ${id} is ${outcome?.reason ?? 'pending'}`
  }
}

function stateAt({ commits }: History, at: number): Challenge | null {
  return commits.findLast((commit) => commit.at <= at)?.stored.challenge ?? null
}

/** The challenge as the keys found it, or, if it was given up for the hang-up before they came, as it was before that. */
function stateFor(history: History, { arrivedAt }: WebhookRecord): Challenge | null {
  const found = stateAt(history, arrivedAt)
  if (!found?.outcome) return found
  const index = history.commits.findIndex(({ stored }) => stored.challenge.outcome)
  const isGivenUp = found.outcome.reason === 'hung_up' && history.commits[index]?.line.type === 'ended'
  return isGivenUp ? (history.commits[index - 1]?.stored.challenge ?? null) : null
}

type RightKeys = { code: string; approveKey: string; isPhraseSpoken: boolean }

/**
 * Whether the keys came after the sentence that names the drawn key, in their turn: before it, they count for nothing. A
 * turn begins with the greeting, or with what was wrong.
 */
function wasNamed(request: DeliveryRequest | undefined, key: string): boolean {
  const transcript = request?.call?.transcript ?? []
  const pressed = transcript.findLastIndex(({ kind }) => kind === 'key')
  const said = transcript.slice(0, pressed).findLast(({ kind }) => kind === 'said')
  return said?.text.includes(`press ${key}.`) ?? false
}

/** What the keys decide by the turn that they answer; `null`: nothing. */
function dueReason(challenge: Challenge, { delivery: id, turn, keys, ref }: WebhookRecord, right: RightKeys) {
  const delivery = challenge.deliveries.find((one) => one.id === id)
  if (!delivery || (delivery.ref !== null && delivery.ref !== ref)) return null
  const { progress } = delivery
  const open = progress.state === 'ended' ? progress.openTurn : progress.state === 'answered' ? progress : undefined
  if (open?.turn !== turn) return null
  const reason = reasonOf(challenge, open.phase, keys ?? '', right)
  const isCurrent = challenge.deliveries.at(-1) === delivery
  return isCurrent || reason === 'fraud_reported' ? reason : null
}

function reasonOf({ flow }: Challenge, phase: string, keys: string, right: RightKeys): Outcome['reason'] | null {
  if (phase === 'gate') return keys.includes('9') ? 'fraud_reported' : null
  if (phase !== 'question') return null
  if (flow === 'keypad_code' && keys === '9' && right.isPhraseSpoken) return 'fraud_reported'
  if (flow === 'keypad_code') return keys.replace('#', '') === right.code ? 'code_matched' : null
  if (keys.startsWith('9')) return 'fraud_reported'
  if (keys.length !== 1 || keys === '*') return null
  return keys === right.approveKey ? 'key_pressed' : 'rejected'
}

/** Something else than keys or the end of the call decided first: a machine on the line, a cancel, a code on the page. */
function isDecidedOtherwise({ commits }: History, until: number): boolean {
  const decisive = commits.find(
    ({ stored, line }) => stored.challenge.outcome || ['voicemail_detected', 'document_failed'].includes(line.type),
  )
  return decisive !== undefined && decisive.at <= until && !['dtmf_received', 'ended'].includes(decisive.line.type)
}
