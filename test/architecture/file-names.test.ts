// A reader who knows a file by its name finds it: no name stands twice with two meanings, and no file has two subjects.

import assert from 'node:assert/strict'
import { basename, dirname } from 'node:path'
import { test } from 'node:test'
import { readSources } from './sources.ts'

const CARRIERS_BY_BOTH_SIDES = 'a carrier: what the server sends it in carriers/, what it answers in exchange/'
const LAYERS = 'one subject in several layers: its rows, its use cases, its routes'

/** Every name that stands in several folders: where, and the one meaning that it has in all of them. */
const SAME_MEANING: Record<string, { in: string[]; means: string }> = {
  'bandwidth.ts': { in: ['src/carriers/bandwidth', 'src/exchange/bandwidth'], means: CARRIERS_BY_BOTH_SIDES },
  'plivo.ts': { in: ['src/carriers/plivo', 'src/exchange/plivo'], means: CARRIERS_BY_BOTH_SIDES },
  'signalwire.ts': { in: ['src/carriers/signalwire', 'src/exchange/signalwire'], means: CARRIERS_BY_BOTH_SIDES },
  'twilio.ts': { in: ['src/carriers/twilio', 'src/exchange/twilio'], means: CARRIERS_BY_BOTH_SIDES },
  'bandwidth.test.ts': { in: ['test/carriers', 'test/exchange'], means: CARRIERS_BY_BOTH_SIDES },
  'plivo.test.ts': { in: ['test/carriers', 'test/exchange'], means: CARRIERS_BY_BOTH_SIDES },
  'signalwire.test.ts': { in: ['test/carriers', 'test/exchange'], means: CARRIERS_BY_BOTH_SIDES },
  'twiml.test.ts': { in: ['test/carriers', 'test/exchange'], means: 'TwiML: as it is written, as it is read' },
  'signature.ts': {
    in: ['src/carriers/plivo', 'src/carriers/twilio', 'src/exchange/plivo', 'src/exchange/twilio'],
    means: "a carrier's signature: checked in carriers/, made in exchange/",
  },
  'rest-api.ts': {
    in: ['src/carriers/bandwidth', 'src/carriers/plivo', 'src/carriers/twiml', 'src/exchange/twilio'],
    means: "a carrier's REST API: called in carriers/, served in exchange/",
  },
  'ssml.ts': { in: ['src/carriers', 'src/exchange/markup'], means: 'SSML: as it is written, as it is read' },
  'xml.ts': { in: ['src/carriers', 'src/exchange/markup'], means: 'XML: as it is written, as it is read' },
  'documents.ts': {
    in: ['src/carriers/bandwidth', 'src/carriers/plivo', 'src/carriers/twiml'],
    means: "a script in a carrier's markup",
  },
  'error-codes.ts': {
    in: [
      'src/carriers/bandwidth',
      'src/carriers/plivo',
      'src/carriers/signalwire',
      'src/carriers/twilio',
      'src/carriers/twiml',
    ],
    means: "what a carrier's codes mean for a delivery",
  },
  'parse-webhook.ts': {
    in: ['src/carriers/bandwidth', 'src/carriers/plivo', 'src/carriers/twiml'],
    means: "a carrier's webhooks as events",
  },
  'call-flow.ts': {
    in: ['src/exchange/bandwidth', 'src/exchange/plivo', 'src/exchange/twilio'],
    means: 'what a carrier does from dialling to the hang-up',
  },
  'calls.ts': {
    in: ['src/exchange/bandwidth', 'src/exchange/plivo', 'src/exchange/twilio'],
    means: "the calls of a carrier's REST API",
  },
  'messages.ts': {
    in: ['src/exchange/bandwidth', 'src/exchange/plivo', 'src/exchange/twilio'],
    means: "the messages of a carrier's REST API",
  },
  'post-webhooks.ts': {
    in: ['src/exchange/bandwidth', 'src/exchange/plivo', 'src/exchange/twilio'],
    means: "a carrier's requests to the app",
  },
  'challenges.ts': { in: ['src/challenges', 'src/http/routes', 'src/store'], means: LAYERS },
  'factors.ts': { in: ['src/client', 'src/factors', 'src/http/routes', 'src/store'], means: LAYERS },
  'numbers.ts': {
    in: ['src/client', 'src/guard', 'src/http/routes', 'test/support'],
    means: 'telephone numbers: what is said of them, and those of the tests',
  },
  'number-rules.ts': { in: ['src/guard', 'src/store'], means: LAYERS },
  'guard.ts': { in: ['src/cli', 'src/guard'], means: 'who may be called: the command and what it asks' },
  'commands.ts': {
    in: ['src/audit', 'src/guard', 'src/services', 'src/webhooks'],
    means: 'what a command of the operator says',
  },
  'factors.test.ts': { in: ['test/factors', 'test/http'], means: LAYERS },
  'cancel-challenge.ts': { in: ['src/challenges', 'src/http/routes'], means: LAYERS },
  'check-code.ts': { in: ['src/challenges', 'src/http/routes'], means: LAYERS },
  'consume-challenge.ts': { in: ['src/http/routes', 'src/receipts'], means: LAYERS },
  'create-challenge.ts': { in: ['src/challenges', 'src/http/routes'], means: LAYERS },
  'list-challenges.ts': { in: ['src/challenges', 'src/http/routes'], means: LAYERS },
  'metrics.ts': { in: ['src/http/routes', 'src/metrics'], means: LAYERS },
  'timeline.ts': { in: ['src/challenges', 'src/client', 'src/http/routes'], means: LAYERS },
  'races.test.ts': { in: ['test/faults', 'test/store'], means: 'concurrent changes: over HTTP, in the store' },
  'challenge.ts': {
    in: ['src/cli', 'src/client', 'src/domain'],
    means: 'a challenge: to the operator, to the app, to the server',
  },
  'factor.ts': { in: ['src/client', 'src/domain'], means: 'a factor: to the app, to the server' },
  'de.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in German' },
  'es.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Spanish' },
  'fr.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in French' },
  'hi.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Hindi' },
  'it.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Italian' },
  'ja.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Japanese' },
  'nl.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Dutch' },
  'pl.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Polish' },
  'pt.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in Portuguese' },
  'en.ts': { in: ['src/demo/texts', 'src/elements/locales'], means: 'the words of a page in English' },
  'docs.ts': { in: ['src/http/pages', 'src/http/routes'], means: 'the page at /docs and the routes that serve it' },
  'hosted.ts': { in: ['src/http/pages', 'src/http/routes'], means: 'the hosted page and the route that serves it' },
  'problems.ts': { in: ['src/http', 'src/http/pages'], means: 'the problem answers and the page that explains them' },
  'second-factor.ts': { in: ['src/demo/pages', 'src/demo/routes'], means: 'one page of the demo: its HTML, its route' },
  'security.ts': { in: ['src/demo/pages', 'src/demo/routes'], means: 'one page of the demo: its HTML, its route' },
  'set-up-authenticator.ts': {
    in: ['src/demo/pages', 'src/demo/routes'],
    means: 'one page of the demo: its HTML, its route',
  },
  'account.ts': { in: ['src/demo/pages', 'src/demo/routes'], means: 'one page of the demo: its HTML, its route' },
  'sign-in.ts': { in: ['src/demo/pages', 'src/demo/routes'], means: 'one page of the demo: its HTML, its route' },
  'verify.ts': {
    in: ['src/demo/browser', 'src/demo/pages', 'src/demo/routes'],
    means: 'one page of the demo: its HTML, its route, its script',
  },
  'clock.ts': {
    in: ['src/client', 'src/exchange/simulator', 'src/time'],
    means: 'time as an argument: the client and the exchange import nothing of the server',
  },
  'main.ts': { in: ['src', 'src/exchange', 'tools/attack', 'tools/bench'], means: 'a program that is started' },
}

const paths = readSources('src', 'test', 'tools').map(({ path }) => path)

test('a file name stands in several folders only where it means the same in each', () => {
  const folders = Map.groupBy(paths, (path) => basename(path))
  const found = [...folders]
    .filter(([, all]) => all.length > 1)
    .map(([name, all]) => [name, all.map(dirname).toSorted()])
  const listed = Object.entries(SAME_MEANING).map(([name, { in: all }]) => [name, all.toSorted()])
  assert.deepEqual(Object.fromEntries(found), Object.fromEntries(listed))
})

test('no file of src has more than 250 lines', () => {
  const long = readSources('src').filter(({ text }) => text.trimEnd().split('\n').length > 250)
  assert.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})
