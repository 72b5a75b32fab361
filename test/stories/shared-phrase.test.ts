// The call proves itself: two words that the page shows are spoken first in it.

import assert from 'node:assert/strict'
import { prompts } from '../../src/prompts/index.ts'
import { as } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { hearCode, hearGateKeys } from '../support/phone-helpers.ts'
import { later } from './later.ts'
import { type Case, stage, type World } from './story.ts'

const story = stage()
const withDefault = stage({ sharedPhrase: true })
const ungated = stage({ policy: { gate: false, drawnKey: false } })

type Shown = { shared_phrase?: string }
const shownTo = async ({ server }: World, { id, created }: Case) =>
  (await server.ask('GET', `/v1/challenges/${id}`, undefined, as(created.page_token))).json as Shown
const phraseOf = ({ created }: Case) => (created as Shown).shared_phrase

for (const flow of ['send_code', 'approve', 'keypad_code'] as const) {
  story(`${flow}: the words of the page are spoken after the greeting, and 9 reports fraud`, async (world) => {
    const one = await world.verify({ flow, shared_phrase: true })
    const phrase = phraseOf(one)
    assert.match(phrase ?? '', /^[a-z]+ [a-z]+$/)
    assert.equal((await shownTo(world, one)).shared_phrase, phrase)
    await one.phone.answers()
    await one.phone.hears(
      new RegExp(`^This is Acme\\. The words on your screen are: ${phrase}\\. If they differ, press 9\\.`),
    )
    await one.phone.keys('9')
    if (flow === 'keypad_code') await world.pass(5)
    await one.ends('denied', 'fraud_reported')
    assert.equal((await shownTo(world, one)).shared_phrase, undefined)
  })
}

ungated('without a gate 9 reports fraud while the code is read for the first time', async ({ verify }) => {
  const login = await verify({ shared_phrase: true })
  await login.phone.answers()
  await login.phone.hears(
    /^This is Acme\. The words on your screen are: [a-z]+ [a-z]+\. If they differ, press 9\. Your login/,
  )
  await login.phone.keys('9')
  await login.ends('denied', 'fraud_reported')
})

story('a call with a shared phrase goes on as any other, and says what is never asked', async (world) => {
  const login = await world.verify({ shared_phrase: true })
  await login.phone.answers()
  await login.phone.keys((await hearGateKeys(login.phone)).right)
  assert.equal(await hearCode(login.phone), await login.code())
  assert.match(login.phone.heard, /We will never ask you for this code by phone\. Once more:/)
  await login.phone.hangsUp()
  assert.equal((await login.check(await login.code())).valid, true)
})

story('neither the app that reads, nor lists, the ledger or the log hold the words', async (world) => {
  const { server, calm } = world
  const login = await world.verify({ shared_phrase: true })
  const phrase = phraseOf(login)!
  await login.phone.answers()
  await calm()
  const list = await server.ask('GET', '/v1/challenges')
  const timeline = await server.ask('GET', `/v1/challenges/${login.id}/timeline`)
  const seen = [await login.now(), list.json, timeline.json, login.told, server.logged]
  const ledger = await server.challenges.ledger(login.id)
  assert.doesNotMatch(JSON.stringify([...seen, ledger]), new RegExp(`shared_phrase|${phrase}`))
  await login.cancel()
})

story('a text has no words to show, and a call after it has', async (world) => {
  const login = await world.verify({ channel: 'sms', shared_phrase: true })
  assert.equal(phraseOf(login), undefined)
  if (withoutPostgres) return void (await login.cancel())
  await world.calm()
  await later(world.server, login.id, 60)
  await login.again('call')
  const { shared_phrase: phrase } = await shownTo(world, login)
  await login.phone.answers()
  await login.phone.hears(new RegExp(`words on your screen are: ${phrase}\\.`))
  await login.cancel()
})

story('each challenge has words of its own, the same on every call and in every language', async (world) => {
  const login = await world.verify({ shared_phrase: true })
  const record = await login.stored()
  const { sharedPhrase } = world.server.challenges.secrets
  assert.equal(sharedPhrase(record), phraseOf(login))
  const phrases = Array.from({ length: 500 }, (_, n) =>
    sharedPhrase({ ...record, challenge: { ...record.challenge, id: `chl_${n}` } })!.split(' '),
  )
  for (const [one, other] of phrases) assert.notEqual(one, other)
  assert.ok(new Set(phrases.map((words) => words.join(' '))).size > 480)
  assert.ok(new Set(phrases.flat()).size > 120)
  const german = sharedPhrase({ ...record, request: { ...record.request, locale: 'de-DE' } })!
  for (const word of german.split(' ')) assert.ok(prompts['de-DE'].phraseWords.includes(word), word)
  await login.cancel()
})

withDefault('SHARED_PHRASE=on is the default of a creation, which may say otherwise', async ({ verify }) => {
  const [login, without] = [await verify(), await verify({ shared_phrase: false })]
  assert.match(phraseOf(login) ?? '', /^[a-z]+ [a-z]+$/)
  assert.equal(phraseOf(without), undefined)
  await without.phone.answers()
  await without.phone.hears(/^This is Acme\. To hear/)
  await login.cancel()
  await without.cancel()
})

story('it is off unless it is asked for', async ({ verify }) => {
  const login = await verify()
  assert.equal(phraseOf(login), undefined)
  await login.cancel()
})
