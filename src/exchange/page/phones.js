// The page: one card for every phone, kept up to date by the exchange's stream of events.

import { forgive, lineApi } from './api.js'
import { card } from './card.js'
import { companySwitches } from './companies.js'
import { h, options, setText } from './dom.js'
import { faultSwitches } from './fault-switches.js'
import { httpLog } from './http-log.js'
import { isKey } from './keypad.js'
import { NEXT_CALL, NEXT_MESSAGE, spaced } from './labels.js'
import { hush, isOn, ring, speak, toggle } from './sound.js'
import { testNumbers } from './test-numbers.js'

const SHOWN_PHONES = 24

const find = (id) => document.getElementById(id)
const cards = new Map()
/** How much of each call has been spoken aloud already. */
const spoken = new Map()

/** Phones that were cleared away, by what they last showed: another call or message brings them back. */
const cleared = new Map()
let log = null
let showInjectedFaults = null

listen()
setInterval(() => {
  for (const one of cards.values()) one.tick()
}, 1000)

function listen() {
  const source = new EventSource('/exchange/events')
  const on = (event, act) => source.addEventListener(event, ({ data }) => act(JSON.parse(data)))
  on('hello', ({ companies, links, test_numbers, lines, wire: entries, faults, trouble }) => {
    link('Connected', true)
    if (!log) build(companies, links, test_numbers)
    for (const line of lines) showLine(line, false)
    for (const entry of entries) log.show(entry)
    showViolations(faults)
    showInjectedFaults(trouble)
    settle()
  })
  on('line', (line) => {
    showLine(line, true)
    settle()
  })
  on('wire', (entry) => log.show(entry))
  on('faults', showViolations)
  on('trouble', (faults) => showInjectedFaults(faults))
  source.addEventListener('error', () => link('Reconnecting…', false))
}

/** Once, with what does not change while the exchange runs. */
function build(companies, links, numbers) {
  find('links').append(...links.map(({ text, href }) => h('a', { href }, text)))
  log = httpLog({ list: find('wire'), hint: find('wire-hint'), filters: find('wire-filters') }, companies)
  const trouble = find('trouble')
  const shown = [
    companySwitches(find('companies'), companies),
    faultSwitches(trouble.querySelector('.switches'), trouble.querySelector('.count'), companies),
  ]
  showInjectedFaults = (faults) => {
    for (const show of shown) show(faults)
  }
  testNumbers(find('numbers').querySelector('ul'), numbers)
}

const lastOf = (line) => `${line.calls[0]?.id} ${line.messages.at(-1)?.id}`

function showLine(line, live) {
  log.know(line)
  if (cleared.get(line.number) === lastOf(line)) return
  if (!line.calls.length && !line.messages.length && !line.next_calls.length && !line.next_messages.length) return
  let one = cards.get(line.number)
  const before = one?.view
  if (!one) {
    one = card(line.number)
    cards.set(line.number, one)
  }
  const fresh = before?.calls[0]?.id !== line.calls[0]?.id || before?.messages.at(-1)?.id !== line.messages.at(-1)?.id
  one.update(line)
  if (!before || fresh) place(one.element)
  if (live) announce(before, line)
  aloud(line.calls[0], live)
  if (cards.size > SHOWN_PHONES) drop()
}

/**
 * A phone moves up only when a new call or message reaches it, since moving takes the focus away. It stays below the
 * phones that ring or are in use, so that their buttons don't move while being pressed.
 */
function place(element) {
  const others = [...find('cards').children].filter((one) => one !== element)
  const first = others.find((one) => !/ringing|answered/.test(one.dataset.phase))
  if (element.contains(document.activeElement)) return
  find('cards').insertBefore(element, first ?? null)
}

function aloud(call, live) {
  if (!call) return
  const said = call.transcript.filter((entry) => entry.kind === 'said')
  const from = spoken.get(call.id) ?? (live ? 0 : said.length)
  if (call.state === 'answered') for (const entry of said.slice(from)) speak(entry.text, entry.language)
  if (call.state === 'ended' && call.hung_up_by !== 'company') hush()
  spoken.set(call.id, said.length)
}

function announce(before, line) {
  const [was, is] = [before?.calls[0], line.calls[0]]
  if (is?.state === 'ringing' && (was?.id !== is.id || was.state !== 'ringing')) {
    setText(find('announcer'), `The phone ${spaced(line.number)} is ringing. ${is.company}, from ${spaced(is.from)}.`)
  }
  if (line.messages.length > 0 && before?.messages.at(-1)?.id !== line.messages.at(-1).id) {
    setText(find('announcer'), `A message for ${spaced(line.number)}: ${line.messages.at(-1).text}`)
  }
}

/** What the page as a whole shows of its phones. */
function settle() {
  const all = [...cards.values()]
  const ringing = all.filter((one) => one.phase === 'ringing' && !one.view.calls[0].ignored)
  find('empty').hidden = all.length > 0
  find('clear').hidden = !all.some(isFinished)
  document.title = ringing.length > 0 ? `☎ ${spaced(ringing[0].number)} is ringing` : 'Phones'
  ring(ringing.length > 0)
}

const isFinished = ({ phase }) => /ended|idle/.test(phase)

find('clear').addEventListener('click', () => {
  for (const [number, one] of cards) {
    if (!isFinished(one)) continue
    cleared.set(number, lastOf(one.view))
    cards.delete(number)
    one.element.remove()
  }
  settle()
  find('phones').focus()
})

function drop() {
  const idle = [...find('cards').children].findLast((element) => /ended|idle/.test(element.dataset.phase))
  if (!idle) return
  for (const [number, one] of cards) if (one.element === idle) cards.delete(number)
  idle.remove()
}

function showViolations(faults) {
  const panel = find('faults')
  panel.hidden = faults.length === 0
  panel.replaceChildren(
    h('h2', {}, faults.length === 1 ? 'One violation' : `${faults.length} violations`),
    h('p', { class: 'hint' }, 'The app did something that its carrier would not accept.'),
    h(
      'ul',
      {},
      ...faults
        .slice(-8)
        .reverse()
        .map((fault) => h('li', {}, fault.code ? h('b', {}, `${fault.code} `) : null, fault.message)),
    ),
    h('button', { type: 'button', class: 'quiet', onclick: forgive }, 'Clear'),
  )
}

function link(text, good) {
  setText(find('link'), text)
  find('link').classList.toggle('good', good)
}

document.addEventListener('keydown', (event) => {
  if (!isKey(event.key) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return
  if (event.target instanceof Element && event.target.closest('input, select, textarea')) return
  const answered = [...cards.values()].filter((one) => one.phase === 'answered' && !one.view.calls[0].machine)
  const one = answered.find(({ element }) => element.contains(document.activeElement)) ?? answered.at(-1)
  if (!one) return
  event.preventDefault()
  one.press(event.key)
})

function showSound(on) {
  setText(find('sound'), on ? 'Sound on' : 'Sound off')
  find('sound').setAttribute('aria-pressed', String(on))
}
showSound(isOn())
find('sound').addEventListener('click', () => showSound(toggle()))

const form = find('prepare-form')
form.elements.namedItem('call').append(...options(NEXT_CALL))
form.elements.namedItem('message').append(...options(NEXT_MESSAGE))
form.addEventListener('submit', async (event) => {
  event.preventDefault()
  const { number, call, message } = Object.fromEntries(new FormData(form))
  const said = form.querySelector('.said')
  try {
    const phone = number.replace(/[\s().-]/g, '')
    await lineApi(phone)('next', { calls: [call], messages: [message] })
    setText(said, `${spaced(phone)} is ready.`)
  } catch (error) {
    setText(said, error.message)
  }
})

for (const anchor of document.querySelectorAll('.panel-link')) {
  anchor.addEventListener('click', () => {
    const panel = document.querySelector(anchor.hash)
    if (panel instanceof HTMLDetailsElement) panel.open = true
  })
}
