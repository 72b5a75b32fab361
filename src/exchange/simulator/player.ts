// Plays steps to a phone one after the other, in simulated time.

import type { Call } from './call.ts'
import { toCaptions } from './captions.ts'
import { Keypad } from './keypad.ts'
import type { Gather, GatherResult, Step, Target, Utterance } from './steps.ts'
import { DocumentError } from './steps.ts'

const ERROR_ANNOUNCEMENT = 'We are sorry, an application error has occurred. Goodbye.'
const AUDIO_FILE_MS = 2000

type NextRequest = { target: Target; keyed: GatherResult | null }

/** Plays until the document ends, which hangs up, or until `stop`. */
export async function playDocuments(call: Call, opening: () => Promise<Step[]>, stop: AbortSignal): Promise<void> {
  try {
    let steps = await opening()
    while (!stop.aborted) {
      const next = await playSteps(call, steps, stop)
      // Keys that completed a gather are posted even when the person hung up in the same instant.
      if (stop.aborted && !(next?.keyed && call.state === 'ended')) return
      if (!next) return call.end('completed', 'company')
      steps = await call.nextDocument(next.target, next.keyed)
    }
  } catch (error) {
    if (stop.aborted) return
    await playUtterance(
      call,
      { type: 'say', runs: [{ language: 'en-US', text: ERROR_ANNOUNCEMENT, pauses: [] }], times: 1 },
      stop,
    )
    if (stop.aborted) return
    call.end('application_error', 'company')
    if (!(error instanceof DocumentError)) throw error
  }
}

async function playSteps(call: Call, steps: Step[], stop: AbortSignal): Promise<NextRequest | null> {
  for (const step of steps) {
    if (stop.aborted || step.type === 'hang up') return null
    if (step.type === 'go') return { target: step.target, keyed: null }
    if (step.type === 'gather') {
      const keyed = await runGather(call, step, stop)
      if (keyed?.digits || (keyed && step.onSilence === 'target')) return { target: step.target, keyed }
    } else {
      await playUtterance(call, step, stop)
    }
  }
  return null
}

async function runGather(call: Call, step: Gather, stop: AbortSignal): Promise<GatherResult | null> {
  const keypad = new Keypad(step, call.clock, call.waitFactor)
  call.setKeypad(keypad)
  const silenced = AbortSignal.any([stop, keypad.firstKeyPressed.signal])
  for (const utterance of step.prompt) await playUtterance(call, utterance, silenced)
  keypad.startTimeout()
  void call.promptEnded(call, step, keypad)
  const keyed = await Promise.race([keypad.done, aborted(stop)])
  keypad.close()
  if (call.keypad === keypad) call.setKeypad(null)
  return keyed
}

async function playUtterance(call: Call, utterance: Utterance, stop: AbortSignal): Promise<void> {
  if (utterance.type === 'pause') return call.takeTime(utterance.ms, stop)
  const times = utterance.times || Number.POSITIVE_INFINITY
  for (let round = 0; round < times && !stop.aborted; round++) {
    // An endless loop waits even at infinite speed, or it would block the event loop.
    if (utterance.times === 0 && round > 0) await call.wait(1000, stop)
    await playOnce(call, utterance, stop)
  }
}

async function playOnce(
  call: Call,
  utterance: Exclude<Utterance, { type: 'pause' }>,
  stop: AbortSignal,
): Promise<void> {
  if (utterance.type === 'play') {
    call.note('note', `plays ${utterance.url}`)
    return call.takeTime(AUDIO_FILE_MS, stop)
  }
  for (const caption of utterance.runs.flatMap(toCaptions)) {
    if (stop.aborted) return
    if (caption.text) call.note('said', caption.text, caption.language)
    await call.takeTime(caption.ms, stop)
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null)
    signal.addEventListener('abort', () => resolve(null), { once: true })
  })
