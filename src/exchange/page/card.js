// One phone: its call, its messages, and what it will do next.

import { lineApi } from './api.js'
import { activeCall } from './call.js'
import { grouped } from './captions.js'
import { h, options, setText } from './dom.js'
import { clock, ENDINGS, HUNG_UP, MESSAGE_STATES, NEXT_CALL, NEXT_MESSAGE, spaced, timeOf } from './labels.js'
import { hush } from './sound.js'

export function card(number) {
  const api = lineApi(number)
  const title = h('h2', { tabindex: '-1' }, spaced(number))
  const badge = h('span', { class: 'company', hidden: true })
  const state = h('p', { class: 'state' })
  const stage = h('div', { class: 'stage' })
  const messages = h('ol', { class: 'messages', 'aria-label': 'Messages', hidden: true })
  const problem = h('p', { class: 'problem', role: 'alert', hidden: true })
  const nextCall = h('select', { onchange: () => act('next', { calls: [nextCall.value] }) }, ...options(NEXT_CALL))
  const nextMessage = h(
    'select',
    { onchange: () => act('next', { messages: [nextMessage.value] }) },
    ...options(NEXT_MESSAGE),
  )
  const next = h(
    'details',
    { class: 'next' },
    h('summary', {}, 'What happens next time'),
    h('label', {}, h('span', {}, 'The next call'), nextCall),
    h('label', {}, h('span', {}, 'The next message'), nextMessage),
  )
  const element = h('li', { class: 'phone' }, h('header', {}, badge, title, state), stage, messages, problem, next)

  let shown = null
  let view = null
  let talk = null
  let unsent = ''
  let sent = Promise.resolve()

  async function act(verb, body) {
    problem.hidden = true
    try {
      await api(verb, body)
    } catch (error) {
      problem.hidden = false
      setText(problem, error.message)
    }
  }

  const press = (key) => {
    talk?.pressed(key)
    hush()
    unsent += key
    if (unsent === key) sent = sent.then(sendKeys)
  }

  /** Those pressed while a request was under way, in one: two requests at once may arrive in the other order. */
  function sendKeys() {
    const keys = unsent
    unsent = ''
    return act('keys', { keys })
  }

  const stages = {
    ringing: () => ringing(act),
    answered: (call) => {
      talk = activeCall(call, press, () => {
        hush()
        sent = sent.then(() => act('hangup'))
      })
      return [talk.element]
    },
    ended: (call) => ended(call),
    queued: () => [],
    idle: () => [],
  }

  function update(line) {
    view = line
    const call = line.calls[0] ?? null
    const phase = call?.state ?? 'idle'
    const key = `${call?.id} ${phase}`
    if (key !== shown) {
      const focused = element.contains(document.activeElement)
      talk = null
      element.dataset.phase = phase
      stage.replaceChildren(...stages[phase](call))
      badge.hidden = !call
      setText(badge, call?.company ?? '')
      if (focused && shown) (talk?.focus ?? title).focus()
      shown = key
    }
    element.classList.toggle('ignored', call?.ignored === true)
    talk?.update(call)
    tick()
    showMessages(line.messages)
    nextCall.value = line.next_calls[0] ?? 'ring'
    nextMessage.value = line.next_messages[0] ?? 'delivered'
  }

  function showMessages(list) {
    messages.hidden = list.length === 0
    messages.replaceChildren(
      ...list.map((message) =>
        h(
          'li',
          { class: message.state },
          h('p', { class: 'bubble' }, message.text),
          h(
            'p',
            { class: 'meta' },
            `${message.company} · ${spaced(message.from)} · ${MESSAGE_STATES[message.state]} · ${timeOf(message.at)}`,
          ),
        ),
      ),
    )
    messages.scrollTop = messages.scrollHeight
  }

  /** The line under the number, which a live call changes every second. */
  function tick() {
    const call = view?.calls[0]
    setText(state, call ? describe(call) : 'Waiting for its next call')
  }

  return {
    element,
    number,
    update,
    tick,
    press,
    get phase() {
      return view?.calls[0]?.state ?? 'idle'
    },
    get view() {
      return view
    },
  }
}

function describe(call) {
  const from = spaced(call.from)
  if (call.state === 'queued') return `${from} is dialling`
  if (call.state === 'ringing') return call.ignored ? `${from} is still ringing` : `${from} is calling`
  if (call.state === 'answered') {
    const time = clock(Date.now() - Date.parse(call.answered_at))
    return call.machine ? `Voicemail is recording ${from} · ${time}` : `On the line with ${from} · ${time}`
  }
  return `${from} called at ${timeOf(call.created_at)}`
}

function ringing(act) {
  const verb = (name, text, kind = 'quiet') =>
    h('button', { type: 'button', class: kind, onclick: () => act(name) }, text)
  return [
    h('div', { class: 'bell', 'aria-hidden': 'true' }, h('i'), h('i'), h('i'), h('span')),
    h('div', { class: 'pick' }, verb('decline', 'Decline', 'decline'), verb('answer', 'Answer', 'answer')),
    h(
      'div',
      { class: 'others' },
      verb('busy', 'Say busy'),
      verb('voicemail', 'Voicemail'),
      verb('ignore', 'Let it ring'),
    ),
  ]
}

function ended(call) {
  const lasted = call.answered_at ? ` after ${clock(Date.parse(call.ended_at) - Date.parse(call.answered_at))}` : ''
  const how = call.ending === 'completed' ? `${HUNG_UP[call.hung_up_by]}${lasted}` : ENDINGS[call.ending]
  const good = call.ending === 'completed' ? 'ending' : 'ending odd'
  const said = grouped(call.transcript)
  if (said.length === 0) return [h('p', { class: good }, how)]
  return [
    h('p', { class: good }, how),
    h(
      'details',
      { class: 'transcript' },
      h('summary', {}, 'What was said'),
      h('ol', {}, ...said.map((entry) => h('li', { class: entry.kind, lang: entry.language }, entry.text))),
    ),
  ]
}
