// Plays steps to a phone in real time, one after the other, as a company's servers would.

import type { Call } from './call.ts'
import { sentences } from './captions.ts'
import { Keypad } from './keypad.ts'
import type { Gather, Keyed, Step, Target, Utterance } from './steps.ts'
import { Unplayable } from './steps.ts'

const APOLOGY = 'We are sorry, an application error has occurred. Goodbye.'
const PLAYED_MS = 2000

type Next = { target: Target; keyed: Keyed | null }

/** Plays until the document ends, which hangs up, or until `stop`. */
export async function perform(call: Call, opening: () => Promise<Step[]>, stop: AbortSignal): Promise<void> {
  try {
    let steps = await opening()
    while (!stop.aborted) {
      const next = await play(call, steps, stop)
      if (stop.aborted) return
      if (!next) return call.end('completed', 'company')
      steps = await call.load(next.target, next.keyed)
    }
  } catch (error) {
    if (stop.aborted) return
    await speak(call, { type: 'say', runs: [{ language: 'en-US', text: APOLOGY, pauses: [] }], times: 1 }, stop)
    if (stop.aborted) return
    call.end('application_error', 'company')
    if (!(error instanceof Unplayable)) throw error
  }
}

async function play(call: Call, steps: Step[], stop: AbortSignal): Promise<Next | null> {
  for (const step of steps) {
    if (stop.aborted || step.type === 'hang up') return null
    if (step.type === 'go') return { target: step.target, keyed: null }
    if (step.type === 'gather') {
      const keyed = await gather(call, step, stop)
      if (keyed?.digits || (keyed && step.onSilence === 'target')) return { target: step.target, keyed }
    } else {
      await speak(call, step, stop)
    }
  }
  return null
}

async function gather(call: Call, step: Gather, stop: AbortSignal): Promise<Keyed | null> {
  const keypad = new Keypad(step, call.clock)
  call.listen(keypad)
  const silenced = AbortSignal.any([stop, keypad.touched.signal])
  for (const utterance of step.prompt) await speak(call, utterance, silenced)
  keypad.listen()
  const keyed = await Promise.race([keypad.done, aborted(stop)])
  keypad.close()
  if (call.keypad === keypad) call.listen(null)
  return keyed
}

async function speak(call: Call, utterance: Utterance, stop: AbortSignal): Promise<void> {
  if (utterance.type === 'pause') return call.pass(utterance.ms, stop)
  const times = utterance.times || Number.POSITIVE_INFINITY
  for (let round = 0; round < times && !stop.aborted; round++) {
    // What is said for ever takes time even where speech takes none, or nothing else would ever happen again.
    if (utterance.times === 0 && round > 0) await call.rest(1000, stop)
    await once(call, utterance, stop)
  }
}

async function once(call: Call, utterance: Exclude<Utterance, { type: 'pause' }>, stop: AbortSignal): Promise<void> {
  if (utterance.type === 'play') {
    call.note('note', `plays ${utterance.url}`)
    return call.pass(PLAYED_MS, stop)
  }
  for (const sentence of utterance.runs.flatMap(sentences)) {
    if (stop.aborted) return
    if (sentence.text) call.note('said', sentence.text, sentence.language)
    await call.pass(sentence.ms, stop)
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
