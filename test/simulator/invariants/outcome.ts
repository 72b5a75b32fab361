// One outcome, and an approval only by a proof.

import type { LedgerLine } from '../../../src/store/types.ts'
import { type Check, type History, keysPressed } from './facts.ts'

export const oneOutcome: Check = function* ({ recorder }, { histories, byId }) {
  for (const { id, commits } of histories) {
    let outcome: string | null = null
    for (const [index, { stored, line }] of commits.entries()) {
      const { version } = stored.challenge
      if (version !== index + 1 || line.version !== version)
        yield `${id} has version ${version} and ledger line ${line.version} as its ${index + 1}. change`
      const now = stored.challenge.outcome && JSON.stringify(stored.challenge.outcome)
      if (outcome !== null && now !== outcome) yield `${id} was ${outcome} and became ${now}`
      outcome = now
    }
  }
  for (const { how, view } of recorder.shownViews) {
    const commit = byId.get(view.id)?.commits[view.version - 1]
    const { status = 'pending', reason = null } = commit?.stored.challenge.outcome ?? {}
    if (!commit || view.status !== status || view.reason !== reason)
      yield `${how} showed ${view.id} version ${view.version} as ${view.status}, which it was not (${status})`
  }
}

export const approvedByProof: Check = function* ({ recorder }, facts) {
  for (const { genuine, status, hook, delivery } of recorder.webhooks)
    if (!genuine && status !== 403) yield `a forged ${hook} webhook of ${delivery} was answered with ${status}`
  for (const history of facts.histories) {
    const { id, commits, expiresAt } = history
    const approval = commits.find(({ stored }) => stored.challenge.outcome?.status === 'approved')
    if (!approval) continue
    if (approval.at >= expiresAt) yield `${id} was approved ${approval.at - expiresAt} ms after its time`
    const { line } = approval
    const before = commits[commits.indexOf(approval) - 1]?.stored.challenge
    if (before?.deliveries.at(-1)?.progress.state === 'waiting')
      yield `${id} was approved, and nothing had begun to be called or texted`
    if (line.type === 'code_submitted') {
      if (!history.codeChecks.some(({ right, askedAt }) => right && askedAt <= approval.at))
        yield `${id} was approved by check, and nobody had typed the right code`
    } else if (line.type === 'dtmf_received') {
      const code = facts.secrets.code(history.last)
      const key = facts.approveKey(history, line.delivery!)
      const why = whyNotKeyed(history, line.delivery!, approval.at, code, key)
      if (why) yield `${id} was approved by a key, but ${why}`
    } else yield `${id} was approved by "${line.type}"`
  }
}

/** Why the keys on that call approve nothing. */
function whyNotKeyed(
  { deliveryRequests, commits, last }: History,
  delivery: string,
  until: number,
  code: string,
  approveKey: string,
): string | null {
  const request = deliveryRequests.find((one) => one.delivery === delivery)
  if (!request?.call) return 'there was no such call'
  if (last.challenge.flow !== 'approve')
    return keysPressed(request, until).join('').includes(code) ? null : 'the code was never keyed'
  // A key that our own outage swallowed is asked for again, so it is the last that counts.
  const key = keysPressed(request, until).findLast((one) => one !== '*')
  if (key !== approveKey) return `the key pressed was ${key ?? 'none'}, and ${approveKey} approves`
  // A mailbox that plays 1 approves unasked wherever no key is drawn: README.md says so.
  if (key === '1')
    return request.call.machine || request.call.transcript.some(({ text }) => text.includes('To approve, press 1'))
      ? null
      : 'nobody had asked'
  // What is asked again after a silence or a star names the same key, which was heard the first time.
  const isFirstNamed = ({ type, facts }: LedgerLine) =>
    type === 'answered' || (type === 'dtmf_received' && facts.notice !== 'silent' && facts.notice !== 'repeat')
  const turn = commits.findLast(({ line, at }) => at < until && isFirstNamed(line))
  return turn && until - turn.at >= SHORTEST_QUESTION_MS ? null : 'the question could not have been heard'
}

/** No voice says "This is Acme. Someone is asking to log in. To approve, press" faster. */
const SHORTEST_QUESTION_MS = 1_000

export const approvalGivenOnce: Check = function* (_, { histories }) {
  for (const { id, commits, codeChecks } of histories) {
    const valid = codeChecks.filter(({ answer }) => answer?.valid).length
    if (valid > 1) yield `${valid} checks of ${id} were told that they had approved it`
    const approving = commits.filter(
      ({ stored }, index) =>
        stored.challenge.outcome?.status === 'approved' && !commits[index - 1]?.stored.challenge.outcome,
    ).length
    if (approving > 1) yield `${id} was approved ${approving} times`
  }
}

export const codeAcceptedOnce: Check = function* (_, { histories }) {
  for (const { id, commits, codeChecks } of histories) {
    const accepted = commits.filter(({ line }) => line.facts.right === true || line.facts.key === 'right').length
    // On the phone a right gate key comes before it.
    const most =
      commits[0]!.stored.challenge.flow === 'send_code' ? 1 + commits.at(-1)!.stored.challenge.deliveries.length : 1
    if (accepted > most) yield `${id} accepted a right key or code ${accepted} times`
    if (commits.filter(({ line }) => line.facts.right === true).length > 1) yield `${id} accepted its code twice`
    for (const { right, answer } of codeChecks) {
      if (answer?.valid && !right) yield `a wrong code of ${id} was called valid`
      if (right && answer && !answer.valid && answer.status === 'pending')
        yield `the right code of ${id} was called wrong`
    }
  }
}

export const attemptBudget: Check = function* (_, { histories }) {
  for (const { id, commits, codeChecks, last } of histories) {
    let left = commits[0]!.stored.challenge.attemptsLeft
    for (const { stored, line } of commits.slice(1)) {
      const now = stored.challenge.attemptsLeft
      const wrong = line.facts.right === false || line.facts.key === 'wrong'
      if (now > left) yield `${id} got attempts back: ${left}, then ${now}`
      if (now < left - 1 || now < 0) yield `${id} went from ${left} attempts to ${now}`
      if (now < left && !wrong) yield `${id} paid an attempt for "${line.type}"`
      const codeCheck = line.facts.right === false || (wrong && stored.challenge.flow === 'keypad_code')
      if (codeCheck && now !== left - 1) yield `${id} paid nothing for a wrong code`
      left = now
    }
    const turns = commits.flatMap(({ line }) =>
      line.type === 'dtmf_received' ? `${line.delivery} ${line.facts.turn}` : [],
    )
    if (new Set(turns).size < turns.length) yield `${id} took the keys of one turn twice`
    const told = codeChecks.filter(({ right, answer }) => !right && answer && answer.status === 'pending').length
    const paid = commits.filter(({ line }) => line.type === 'code_submitted' && line.facts.right === false).length
    if (told > 5 - left || paid > 5)
      yield `${id} told ${told} wrong codeChecks that they were wrong, for ${5 - left} attempts`
    if (last.challenge.outcome?.reason === 'too_many_attempts' && left !== 0)
      yield `${id} ended by too many attempts with ${left} left`
  }
}
