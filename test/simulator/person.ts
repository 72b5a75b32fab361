// A person with a phone: answers, listens, presses keys, right and wrong ones, ignores calls, hangs up.

import { deriveApproveKey, deriveGate } from '../../src/domain/one-time-codes.ts'
import type { Call } from '../../src/exchange/simulator/call.ts'
import type { Page } from './page.ts'
import type { World } from './world.ts'

const BEHAVIOURS = [
  'obliging',
  'obliging',
  'obliging',
  'obliging',
  'clumsy',
  'clumsy',
  'refusing',
  'reporting',
  'silent',
  'leaving',
  'declining',
  'busy',
  'ignoring',
  'voicemail',
  'tones',
] as const
type Behaviour = (typeof BEHAVIOURS)[number]

/** `pages`: where this person may type what they hear. */
export async function playPerson(world: World, number: string, pages: () => Page[]): Promise<void> {
  const phone = world.exchange.phone(number)
  void readMessages(world, number, pages)
  for (;;) {
    const call = await phone.rings()
    await handleCall(world, call, pages)
    await world.scheduler.sleep(50)
  }
}

async function readMessages({ exchange, scheduler, prng }: World, number: string, pages: () => Page[]): Promise<void> {
  const phone = exchange.phone(number)
  for (;;) {
    const { text } = await phone.receives()
    await scheduler.sleep(prng.between(1_000, 15_000))
    const code = /^(\d+) is your/.exec(text)?.[1]
    if (code && prng.chance(0.8)) for (const page of pages()) page.type(code)
  }
}

async function handleCall(world: World, call: Call, pages: () => Page[]): Promise<void> {
  const { scheduler, prng, transcript, probabilities } = world
  const behaviour = prng.chance(probabilities.mailbox) ? 'tones' : prng.pick(BEHAVIOURS)
  transcript.add(`the phone ${call.to} rings (${call.carrier}); its owner is ${behaviour}`)
  await scheduler.sleep(prng.between(500, 8_000))
  if (call.state !== 'ringing') return ended(call)
  if (behaviour === 'ignoring') call.ignore()
  else if (behaviour === 'declining') call.end('declined', 'person')
  else if (behaviour === 'busy') call.end('busy', 'person')
  else call.answer(behaviour === 'voicemail' || behaviour === 'tones')
  if (behaviour === 'tones') return playTones(world, call).then(() => ended(call))
  while (isUp(call)) {
    await scheduler.sleep(prng.between(200, 2_500))
    if (!isUp(call)) break
    if ((behaviour === 'leaving' && prng.chance(0.3)) || prng.chance(0.005)) call.end('completed', 'person')
    else if (call.keypad && behaviour !== 'voicemail') await answer(call, behaviour)
    else if (behaviour === 'voicemail' && prng.chance(0.02)) call.end('completed', 'person')
  }
  return ended(call)

  async function ended(over: Call): Promise<void> {
    while (over.state !== 'ended') await scheduler.sleep(500)
    transcript.add(`the call to ${over.to} is over: ${over.ending}, by the ${over.hungUpBy}`)
  }

  async function answer(on: Call, how: Behaviour): Promise<void> {
    const heard = said(on)
    const keys = chosen(heard, how)
    const code = /code is: ([\d, ]+)(We will|Once more|$)/.exec(heard)?.[1]?.replace(/\D/g, '')
    if (code && code.length >= 4 && prng.chance(0.9)) for (const page of pages()) page.type(code)
    for (const key of keys) {
      if (on.state !== 'answered') return
      transcript.add(`${on.to} presses ${key}${on.keypad ? '' : ', and nobody listens'}`)
      on.press(key)
      if (key === keys.at(-1) && prng.chance(0.1)) return on.end('completed', 'person')
      await scheduler.sleep(prng.chance(0.8) ? prng.between(80, 500) : 0)
    }
  }

  function chosen(heard: string, how: Behaviour): string {
    if (how === 'silent' || prng.chance(0.3)) return ''
    if (prng.chance(0.05)) return '*'
    const slips = how === 'clumsy' && prng.chance(0.6)
    const last = (pattern: RegExp) => [...heard.matchAll(pattern)].at(-1)
    const [gate, question, code, reading] = [
      last(/press (\d), then (\d)\. If this/g),
      last(/To approve, press (\d)/g),
      last(/digit code on your screen/g),
      last(/code is:/g),
    ]
    const latest = Math.max(...[gate, question, code, reading].map((match) => match?.index ?? -1))
    if (latest < 0) return ''
    if (reading?.index === latest) return prng.pick(['', '', '', '*', '5'])
    if (how === 'reporting' && prng.chance(0.5)) return '9'
    if (how === 'refusing' && prng.chance(0.5)) return prng.pick(['7', '0', '#', '22'])
    if (slips) return prng.pick(['2', '3', '5', '12', '#', '0000', '123456', '*'])
    if (gate?.index === latest) return gate[1]! + gate[2]!
    if (question?.index === latest) return question[1]!
    return pages().at(prng.between(0, Math.max(0, pages().length - 1)))?.displayCode ?? '111111'
  }
}

/** A mailbox whose greeting plays tones as soon as it is listened to: often the very keys, before they are named. */
async function playTones({ scheduler, prng, recorder, settings }: World, call: Call): Promise<void> {
  const delivery = recorder.deliveryRequests.find((request) => request.call === call)?.delivery
  for (let tones = 0; isUp(call) && tones < 3; tones++) {
    while (isUp(call) && !call.keypad) await scheduler.sleep(50)
    if (delivery === undefined || !isUp(call)) break
    const [secret = ''] = settings.secrets
    const keys = [deriveApproveKey(secret, delivery), deriveGate(secret, delivery), '1', '5', '37']
    for (const key of prng.pick(keys)) call.press(key)
    await scheduler.sleep(prng.between(50, 4_000))
  }
  call.end('completed', 'person')
}

/** Asked anew each time: it changes behind the types' back. */
const isUp = (call: Call): boolean => call.state === 'answered'

function said(call: Call): string {
  return call.transcript
    .filter(({ kind }) => kind === 'said')
    .map(({ text }) => text)
    .join(' ')
}
