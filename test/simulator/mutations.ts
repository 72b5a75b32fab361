// Mutations: a few words of a source are replaced while it is loaded; nothing on disk changes. An invariant must catch
// each of them, or the simulator proves nothing.

export type Edit = {
  /** Under the root of the repository. */
  file: string
  /** Stands there exactly once. */
  find: string
  replace: string
}

export type Mutation = { name: string; edits: Edit[] }

export const MUTATIONS: Mutation[] = [
  one('a save ignores the version that was read', 'src/challenges/transition.ts', {
    find: 'store.challenges.save(change)',
    replace: `store.challenges
      .find(next.id)
      .then((now) => store.challenges.save({ ...change, next: { ...next, version: now!.challenge.version } }))`,
  }),
  {
    name: 'a right code overwrites an outcome',
    edits: [
      {
        file: 'test/simulator/memory-challenges.ts',
        find: 'if (outcome && (outcome.status !== next.outcome?.status || outcome.reason !== next.outcome.reason)) return null',
        replace: '',
      },
      {
        file: 'src/domain/state-machine.ts',
        find: 'const closed = {\n  code_submitted: stay,',
        replace: 'const closed = {\n  code_submitted: onCodeSubmitted,',
      },
      {
        file: 'src/challenges/check-code.ts',
        find: "if (flow !== 'send_code' || outcome || isOver() || isWaiting(record)) return null",
        replace: "if (flow !== 'send_code' || !record) return null",
      },
    ],
  },
  one('a change that loses a race is dropped', 'src/challenges/transition.ts', {
    find: "if (saved === 'stale' || saved === 'locked' || saved === 'gates_used_up' || (",
    replace: `if (saved === 'stale') return { type: 'unchanged', record, effects: Promise.resolve(record) }
      if (saved === 'locked' || saved === 'gates_used_up' || (`,
  }),
  one('a known record that is stale is believed', 'src/challenges/transition.ts', {
    find: '|| (isKnown && !isChange(saved))',
    replace: '',
  }),
  one('a known record is taken for what stands in the database', 'src/challenges/transition.ts', {
    find: 'known && (await store.challenges.refresh(known))',
    replace: 'known && ((await store.challenges.refresh(known)) ?? known)',
  }),
  one('a known delivery is compared as text with the one that was read', 'src/challenges/reconciler.ts', {
    find: 'isDeepStrictEqual(progress, asked.progress)',
    replace: 'JSON.stringify(progress) === JSON.stringify(asked.progress)',
  }),
  one('a known record is decided on again after a lost race', 'src/challenges/transition.ts', {
    find: 'const isKnown = tries === 0 && known !== undefined',
    replace: 'const isKnown = known !== undefined',
  }),
  one('expiry is not checked when a challenge is read', 'src/challenges/transition.ts', {
    find: "if (expired) return { type: 'expired' }",
    replace: "if (expired && reported) return { type: 'expired' }",
  }),
  one('expiry is not checked when an approval is saved', 'src/challenges/transition.ts', {
    find: "inTime: !record.challenge.outcome && event.type !== 'expired'",
    replace: 'inTime: false',
  }),
  one('any key approves', 'src/domain/classify-dtmf.ts', {
    find: "return digits === approveKey ? 'right' : 'wrong'",
    replace: "return 'right'",
  }),
  one('the drawn key is replaced by 1', 'src/domain/call-script.ts', {
    find: "return keyDrawn ? context.approveKey : '1'",
    replace: "return keyDrawn ? '1' : '1'",
  }),
  one('early keys count at a drawn key', 'src/domain/classify-dtmf.ts', {
    find: 'digits.length !== 1 || isEarly',
    replace: 'digits.length !== 1',
  }),
  one('a webhook needs no signature', 'src/carriers/twilio/signature.ts', {
    find: 'return keys.some((key) => isSigned(incoming, signature, key, fields)) ? fields : null',
    replace: 'return keys.length > 0 || isSigned(incoming, signature, "", fields) ? fields : null',
  }),
  one('a check after the approval is told that it was valid', 'src/challenges/check-code.ts', {
    find: "valid: result.type === 'changed' && outcome?.status === 'approved'",
    replace: "valid: outcome?.status === 'approved'",
  }),
  one('a question accepts the keys of any turn', 'src/domain/transitions/question-key.ts', {
    find: 'if (turn !== call.turn) return ofAnotherTurn(challenge, key)',
    replace: '',
  }),
  one('a gate accepts the keys of any turn', 'src/domain/transitions/gate-key.ts', {
    find: 'if (turn !== call.turn) return ofAnotherTurn(challenge, key)',
    replace: '',
  }),
  one('a wrong code on the phone costs nothing', 'src/domain/transitions/question-key.ts', {
    find: 'const guessed = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }',
    replace: 'const guessed = challenge',
  }),
  one('a wrong code on the page costs nothing', 'src/domain/transitions/submitted-code.ts', {
    find: 'const guessed = { ...challenge, attemptsLeft: challenge.attemptsLeft - 1 }',
    replace: 'const guessed = { ...challenge }',
  }),
  one('a lost answer counts as a refusal', 'src/carriers/classify-response.ts', {
    find: "if (result.type === 'lost') return { type: 'unknown', why: result.why }",
    replace: "if (result.type === 'lost') return { type: 'refused', blame: 'carrier', why: result.why }",
  }),
  one('a 503 counts as a refusal', 'src/carriers/twiml/rest-api.ts', {
    find: 'if (status >= 500) return null',
    replace: "if (status >= 500) return { blame: 'carrier', code: null }",
  }),
  one('an unknown call is given up after ten seconds', 'src/challenges/reconciler.ts', {
    find: 'const GIVEN_UP_AFTER = 50',
    replace: 'const GIVEN_UP_AFTER = 10',
  }),
  one('an unknown call is given up after two minutes', 'src/challenges/reconciler.ts', {
    find: 'const GIVEN_UP_AFTER = 50',
    replace: 'const GIVEN_UP_AFTER = 120',
  }),
  one('keys after the hang-up are ignored', 'src/domain/state-machine.ts', {
    find: 'dtmf_received: onLateKey,',
    replace: 'dtmf_received: stay,',
  }),
  one('a repeated report after the outcome is pushed again', 'src/domain/transitions/late-key.ts', {
    find: "delivery?.channel !== 'call' || isReported(challenge)",
    replace: "delivery?.channel !== 'call'",
  }),
  one('a hang-up ends the challenge at once', 'src/domain/transitions/call-progress.ts', {
    find: 'if (openTurn) return stay(',
    replace: "if (openTurn && result === 'busy') return stay(",
  }),
  one('a report of fraud at the gate is dropped', 'src/domain/transitions/gate-key.ts', {
    find: "if (key === 'report') return finish(challenge, { status: 'denied', reason: 'fraud_reported' })",
    replace: "if (key === 'report') return stay(challenge)",
  }),
  one('one answer without the call is enough', 'src/challenges/reconciler.ts', {
    find: "if (!progress.absent) return { type: 'call_absent', delivery: id }",
    replace: '',
  }),
  one('the next carrier calls though the one before was silent', 'src/challenges/reconciler.ts', {
    find: "seen.type === 'absent' ? selection.afterFailure(record, delivery) : null",
    replace: 'selection.afterFailure(record, delivery)',
  }),
  one('a carrier is asked about an unknown call after ten seconds', 'src/domain/state-machine.ts', {
    find: 'export const SECONDS_TO_LOOK_UP = 2',
    replace: 'export const SECONDS_TO_LOOK_UP = 10',
  }),
  one('the newest call to a number is taken for the one that is looked for', 'src/challenges/call-lookup.ts', {
    find: 'listing.calls.filter((one) => !inUse.includes(one.ref))',
    replace: 'listing.calls.slice(0, 1)',
  }),
  one('a call that its carrier could not connect is not tried elsewhere', 'src/challenges/delivery-end.ts', {
    find: "if (end.cause === 'failed' &&",
    replace: "if (end.cause === 'document_failed' &&",
  }),
  one('a message that its carrier could not send is not tried elsewhere', 'src/domain/transitions/message-receipt.ts', {
    find: 'if (!next) return fail(ended, result)',
    replace: 'if (next !== undefined) return fail(ended, result)',
  }),
  one('a number is not held while it is called', 'src/domain/state-machine.ts', {
    find: "return channel === 'call' && progress.state !== 'ended'",
    replace: "return channel === 'call' && progress.state === 'sent'",
  }),
  one('the gate is skipped', 'src/domain/transitions/call-progress.ts', {
    find: "return gate ? 'gate' : 'code'",
    replace: "return gate ? 'code' : 'code'",
  }),
  one('one key opens the gate', 'src/domain/classify-dtmf.ts', {
    find: 'sameText(digits, gate)',
    replace: 'gate.startsWith(digits.slice(0, 1))',
  }),
  one('any key opens the gate', 'src/domain/classify-dtmf.ts', {
    find: '!isEarly && sameText(digits, gate)',
    replace: '!isEarly',
  }),
  one('a call that waited for a place is placed without another look', 'src/challenges/call-placement.ts', {
    find: 'challenge.outcome === null && !expired && !reported && current?.id === id &&',
    replace: '(expired || reported || true) && current?.id === id &&',
  }),
  one('a ringing phone is not hung up at the end', 'src/domain/transitions/common.ts', {
    find: "return { challenge: closed, effects: [{ type: 'hang_up', delivery: id, ref }] }",
    replace: 'return stay(closed)',
  }),
  one('a call that rings late is not hung up', 'src/domain/transitions/placement.ts', {
    find: "effects: isCall ? [{ type: 'hang_up', delivery: id, ref }] : [],",
    replace: 'effects: [],',
  }),
  one('a cancel does not cut off a call that speaks', 'src/domain/transitions/common.ts', {
    find: "const isLive = isRinging || progress.state === 'answered'",
    replace: 'const isLive = isRinging',
  }),
  one('the questions go on after the end', 'src/domain/call-script.ts', {
    find: "if (call.phase === 'goodbye' || challenge.outcome)",
    replace: "if (call.phase === 'goodbye')",
  }),
  one('the reconciler does nothing', 'src/challenges/reconciler.ts', {
    find: 'const due = await store.challenges.claimDue(AT_ONCE)',
    replace: 'const due = (await store.challenges.claimDue(AT_ONCE)).slice(AT_ONCE)',
  }),
  one('effects are not carried out', 'src/challenges/transition.ts', {
    find: 'const work = runEffects(transition, record, effects)',
    replace: 'const work = Promise.resolve(record)',
  }),
  one('effects of an expiry are not carried out', 'src/challenges/transition.ts', {
    find: 'const effects = begin(saved)',
    replace: 'const effects = record.expired ? Promise.resolve(record) : begin(saved)',
  }),
  one('no outcome is put into the outbox', 'src/challenges/transition.ts', {
    find: '.pushes ? outboxMessages(record.challenge, next, rules) : []',
    replace: '.pushes ? [] : outboxMessages(record.challenge, next, rules)',
  }),
  one('a refused push counts as delivered', 'src/webhooks/dispatcher.ts', {
    find: 'if (failure === null) return store.outbox.markDelivered(message.id)',
    replace: 'if (message) return store.outbox.markDelivered(message.id)',
  }),
  one('the change notifier is not called', 'src/challenges/transition.ts', {
    find: 'store.notifier.publish(saved.challenge.id)',
    replace: '',
  }),
  one('a waiter relies on the change notifier alone', 'src/challenges/subscriptions.ts', {
    find: 'void confirmAll()',
    replace: '',
  }),
  one('the call of the last wrong gate goes on', 'src/challenges/change-record.ts', {
    find: "callGoesOn: is.phase === 'gate'",
    replace: 'callGoesOn: false',
  }),
  one('wrong gates are not counted', 'src/challenges/transition.ts', {
    find: 'gateEntry: gateEntryOf(record, next, limits.hashes),',
    replace: 'gateEntry: null,',
  }),
  one('wrong codes are not counted on the number', 'src/challenges/transition.ts', {
    find: 'failures: failuresOf(record, event, next, limits),',
    replace: 'failures: [],',
  }),
  one('no rate limit is consumed', 'src/guard/guard.ts', {
    find: "withRates(ratesOf(settings, 'number'), () =>",
    replace: "withRates(ratesOf(settings, 'number').slice(1), () =>",
  }),
  one('a fallback is not counted', 'src/challenges/transition.ts', {
    find: 'store.challenges.saveDelivery(change, begins, ',
    replace: 'store.challenges.saveDelivery(change, { ...begins, ...(fallback && { consume: [] }) }, ',
  }),
  one('a delivery that rang nobody is not given back', 'src/challenges/change-record.ts', {
    find: 'return fault === null || charge === null ? [] : givenBack(charge, fault)',
    replace: 'return fault === null || charge === null ? [] : givenBack([], fault)',
  }),
  one('a delivery is given back twice', 'src/challenges/change-record.ts', {
    find: 'return fault === null || charge === null ? [] : givenBack(charge, fault)',
    replace: 'return fault === null || charge === null ? [] : givenBack([...charge, ...charge], fault)',
  }),
  one('every delivery that ends is given back', 'src/challenges/change-record.ts', {
    find: 'const fault = unrungFault(challenge, event, next)',
    replace: "const fault = unrungFault(challenge, event, next) ?? (event.type === 'ended' ? 'carrier' : null)",
  }),
  one('a call that failed while it rang is given back', 'src/domain/unrung-delivery.ts', {
    find: 'if (!neverRang(was, event)) return null',
    replace: "if (event.type === 'ended') return 'carrier'",
  }),
  one('the number is logged with a placed call', 'src/challenges/call-placement.ts', {
    find: 'carrier: delivery.carrier, result: answer.type, why }',
    replace: 'carrier: delivery.carrier, to: record.request.to, result: answer.type, why }',
  }),
  one('a report of fraud freezes nothing', 'src/challenges/learnt-rules.ts', {
    find: 'if (isReport) {',
    replace: 'if (isReport && fraudFreeze < 0) {',
  }),
  one('a report of fraud freezes the number for another service', 'src/challenges/learnt-rules.ts', {
    find: 'forService: request.serviceId,',
    replace: "forService: 'nobody',",
  }),
  one('a challenge that requires a page is called at once', 'src/challenges/create-challenge.ts', {
    find: 'if (input.requireWaiter) return',
    replace: 'if (input.requireWaiter && input.scope.length === 0) return',
  }),
  {
    name: 'a code that was never sent is taken',
    edits: [
      {
        file: 'src/domain/state-machine.ts',
        find: 'const waiting = { ...pending, code_submitted: stay }',
        replace: 'const waiting = pending',
      },
      {
        file: 'src/challenges/check-code.ts',
        find: ' || isOver() || isWaiting(record)) return null',
        replace: ' || isOver()) return null',
      },
    ],
  },
  one('a page that has left is not missed', 'src/challenges/page-presence.ts', {
    find: "return { type: 'page_left' }",
    replace: 'return null',
  }),
  one('the number is logged by the reconciler', 'src/challenges/reconciler.ts', {
    find: 'log.warn({ challenge: record.challenge.id, delivery: id, carrier,',
    replace: 'log.warn({ to: record.request.to, challenge: record.challenge.id, delivery: id, carrier,',
  }),
  one('the number is in an SSE event', 'src/http/challenge-stream.ts', {
    find: 'JSON.stringify(view)',
    replace: "JSON.stringify({ ...view, to: '+12025550123' })",
  }),
  one('a webhook waits for a stalled database', 'src/http/routes/carrier-webhooks.ts', {
    find: 'return withTimeout(clock, DEADLINES.document, script, late)',
    replace: 'return withTimeout(clock, 4 * DEADLINES.document, script, late)',
  }),
  one('a receipt that was not noted is answered with 204', 'src/http/routes/carrier-webhooks.ts', {
    find: "if (result === 'not_noted') return notNoted()",
    replace: "if (result === 'not_noted') return carrier.acknowledge()",
  }),
  one('a message without a receipt is not looked up', 'src/challenges/reconciler.ts', {
    find: "if (delivery.progress.state === 'sent') return lookUpMessage(record, delivery)",
    replace: '',
  }),
  one('a creation waits for a silent carrier', 'src/challenges/wait-for-effects.ts', {
    find: 'await withTimeout(clock, left, effects, null)',
    replace: 'await effects',
  }),
  one('the statements of a request have no deadline in common', 'src/challenges/save-deadline.ts', {
    find: 'const left = () => arrivedAt + DEADLINES.saved - clock.now()',
    replace: 'const left = () => DEADLINES.saved',
  }),
  one('a busy line counts as no answer', 'src/challenges/delivery-failure.ts', {
    find: "busy: 'busy',",
    replace: "busy: 'no_answer',",
  }),
  one('an approval is used twice', 'test/simulator/memory-challenges.ts', {
    find: "outcome?.status !== 'approved' || row.consumption || row.request.to === null",
    replace: "outcome?.status !== 'approved' || row.request.to === null",
  }),
  one('a request under another key gets the receipt too', 'src/receipts/consume-challenge.ts', {
    find: '(key === null || key !== record.consumptionKey)',
    replace: '(key === null || key === "")',
  }),
  one('the app that lost the answer gets no receipt', 'src/receipts/consume-challenge.ts', {
    find: '(key === null || key !== record.consumptionKey)',
    replace: '(key === null || key !== "")',
  }),
  one('a delivery is not asked for its prefix', 'src/challenges/delivery-limits.ts', {
    find: 'prefix: isCreation && prefix ? { ...prefix, suffix: null } : prefix,',
    replace: 'prefix: isCreation ? prefix : null,',
  }),
  one('a rule about neighbours that only records refuses', 'src/guard/traffic-guard.ts', {
    find: 'suffix: Number(to.slice(-4)), conversion, neighbours }',
    replace: "suffix: Number(to.slice(-4)), conversion, neighbours: 'enforce' }",
  }),
  one('what rang and nobody answered stays counted as spent', 'src/challenges/note-traffic.ts', {
    find: "call === 'placing' || call === 'ringing' || isRefusedText",
    replace: "call === 'placing' || isRefusedText",
  }),
  one('an outcome is counted for its prefix again when its call ends', 'src/challenges/note-traffic.ts', {
    find: 'if (!challenge.outcome && saved.challenge.outcome && isBegun)',
    replace: 'if (saved.challenge.outcome && isBegun)',
  }),
  one('a call that goes to the next carrier is not counted there', 'src/challenges/note-traffic.ts', {
    find: "if (is.id !== was.id && event.type !== 'delivery_requested')",
    replace: "if (is.id === '' && event.type !== 'delivery_requested')",
  }),
  one('an ended delivery is placed when its save is answered', 'src/challenges/abandoned-creates.ts', {
    find: 'late.has(delivery) || ',
    replace: '',
  }),
  {
    name: 'an Idempotency-Key is ignored',
    edits: [
      {
        file: 'src/http/idempotent-create.ts',
        find: 'await create({ key, fingerprint: fingerprints[0]! })',
        replace: 'await create(null as never)',
      },
    ],
  },
]

function one(name: string, file: string, edit: Omit<Edit, 'file'>): Mutation {
  return { name, edits: [{ file, ...edit }] }
}

/** An edit whose place is gone must not pass for a mutation. */
export function applyEdit(source: string, { file, find, replace }: Edit): string {
  if (source.split(find).length !== 2) throw new Error(`This does not stand once in ${file}: ${find}`)
  return source.replace(find, () => replace)
}
