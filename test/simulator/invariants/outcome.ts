// One outcome, truly earned.

import { type History, type Judge, keysOf } from './facts.ts'

export const oneOutcome: Judge = function* ({ witness }, { histories, byId }) {
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
  for (const { how, view } of witness.seen) {
    const commit = byId.get(view.id)?.commits[view.version - 1]
    const { status = 'pending', reason = null } = commit?.stored.challenge.outcome ?? {}
    if (!commit || view.status !== status || view.reason !== reason)
      yield `${how} showed ${view.id} version ${view.version} as ${view.status}, which it was not (${status})`
  }
}

export const truly: Judge = function* ({ witness }, facts) {
  for (const { genuine, status, hook, delivery } of witness.served)
    if (!genuine && status !== 403) yield `a forged ${hook} webhook of ${delivery} was answered with ${status}`
  for (const history of facts.histories) {
    const { id, commits, expiresAt } = history
    const approval = commits.find(({ stored }) => stored.challenge.outcome?.status === 'approved')
    if (!approval) continue
    if (approval.at >= expiresAt) yield `${id} was approved ${approval.at - expiresAt} ms after its time`
    const { line } = approval
    if (line.type === 'code_submitted') {
      if (!history.guesses.some(({ right, askedAt }) => right && askedAt <= approval.at))
        yield `${id} was approved by check, and nobody had typed the right code`
    } else if (line.type === 'dtmf_received') {
      const why = unkeyed(history, line.delivery ?? '', approval.at, facts.secret.code(history.last))
      if (why) yield `${id} was approved by a key, but ${why}`
    } else yield `${id} was approved by "${line.type}"`
  }
}

/** Why the keys on that call approve nothing. */
function unkeyed({ orders, last }: History, delivery: string, until: number, code: string): string | null {
  const order = orders.find((one) => one.delivery === delivery)
  if (!order?.call) return 'there was no such call'
  if (last.challenge.flow !== 'approve')
    return keysOf(order, until).join('').includes(code) ? null : 'the code was never keyed'
  // A key that our own outage swallowed is asked for again, so it is the last that counts.
  const key = keysOf(order, until).findLast((one) => one !== '*')
  if (key !== '1') return `the key pressed was ${key ?? 'none'}`
  return order.call.transcript.some(({ text }) => text.includes('To approve, press 1')) ? null : 'nobody had asked'
}

export const onceConsumed: Judge = function* (_, { histories }) {
  for (const { id, commits, guesses } of histories) {
    const valid = guesses.filter(({ answer }) => answer?.valid).length
    if (valid > 1) yield `${valid} checks of ${id} were told that they had approved it`
    const approving = commits.filter(
      ({ stored }, index) =>
        stored.challenge.outcome?.status === 'approved' && !commits[index - 1]?.stored.challenge.outcome,
    ).length
    if (approving > 1) yield `${id} was approved ${approving} times`
  }
}

export const codesOnce: Judge = function* (_, { histories }) {
  for (const { id, commits, guesses } of histories) {
    const accepted = commits.filter(({ line }) => line.facts.right === true || line.facts.key === 'right').length
    // On the phone a right gate key comes before it.
    const most =
      commits[0]!.stored.challenge.flow === 'send_code' ? 1 + commits.at(-1)!.stored.challenge.deliveries.length : 1
    if (accepted > most) yield `${id} accepted a right key or code ${accepted} times`
    if (commits.filter(({ line }) => line.facts.right === true).length > 1) yield `${id} accepted its code twice`
    for (const { right, answer } of guesses) {
      if (answer?.valid && !right) yield `a wrong code of ${id} was called valid`
      if (right && answer && !answer.valid && answer.status === 'pending')
        yield `the right code of ${id} was called wrong`
    }
  }
}

export const budget: Judge = function* (_, { histories }) {
  for (const { id, commits, guesses, last } of histories) {
    let left = commits[0]!.stored.challenge.attemptsLeft
    for (const { stored, line } of commits.slice(1)) {
      const now = stored.challenge.attemptsLeft
      const wrong = line.facts.right === false || line.facts.key === 'wrong'
      if (now > left) yield `${id} got attempts back: ${left}, then ${now}`
      if (now < left - 1 || now < 0) yield `${id} went from ${left} attempts to ${now}`
      if (now < left && !wrong) yield `${id} paid an attempt for "${line.type}"`
      const guess = line.facts.right === false || (wrong && stored.challenge.flow === 'keypad_code')
      if (guess && now !== left - 1) yield `${id} paid nothing for a wrong code`
      left = now
    }
    const turns = commits.flatMap(({ line }) =>
      line.type === 'dtmf_received' ? `${line.delivery} ${line.facts.turn}` : [],
    )
    if (new Set(turns).size < turns.length) yield `${id} took the keys of one turn twice`
    const told = guesses.filter(({ right, answer }) => !right && answer && answer.status === 'pending').length
    const paid = commits.filter(({ line }) => line.type === 'code_submitted' && line.facts.right === false).length
    if (told > 5 - left || paid > 5)
      yield `${id} told ${told} wrong guesses that they were wrong, for ${5 - left} attempts`
    if (last.challenge.outcome?.reason === 'too_many_attempts' && left !== 0)
      yield `${id} ended by too many attempts with ${left} left`
  }
}
