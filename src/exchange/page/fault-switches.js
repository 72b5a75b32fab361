// The switches that inject carriers' faults, at one company or at all.

import { post } from './api.js'
import { h, options } from './dom.js'

const LATE = { 0: 'on time', 2000: '2 s late', 10000: '10 s late', 20000: '20 s late' }
const REFUSALS = {
  '': 'are taken',
  '400 21217': 'are refused: bad number',
  '400 21215': 'are refused: country',
  '429 20429': 'are refused: too many',
  '500 20500': 'fail: server error',
}
const ANSWERED_WITH = {
  '': 'are answered',
  '500 20500': 'are answered with 500',
  '503 20503': 'are answered with 503',
}

const GROUPS = [
  {
    kind: 'status',
    title: 'Status callbacks',
    switches: { double: 'arrive twice', reorder: 'overtake each other', lose: 'get lost' },
  },
  {
    kind: 'documents',
    title: 'Requests for a document',
    switches: { double: 'arrive twice', lose: 'get lost', keysAfterEnd: 'tell of keys after the hang-up' },
  },
  {
    kind: 'requests',
    title: 'The app’s own requests',
    switches: {
      loseAnswer: 'lose their answer',
      garbage: 'are answered with a web page',
      unlisted: 'are missing from the list of calls',
    },
  },
]

const ALL = 'All companies'

export function faultSwitches(parent, count, companies) {
  const controls = []
  let latest = null
  const chosen = h(
    'select',
    { onchange: () => show(latest) },
    ...options(Object.fromEntries([ALL, ...companies].map((name) => [name, name]))),
  )
  const change = (kind, name, value) => {
    const company = chosen.value === ALL ? null : chosen.value
    return post('/trouble', { company, [kind]: { [name]: value } })
  }
  if (companies.length > 1) parent.append(h('label', { class: 'choice' }, h('span', {}, 'Trouble at'), chosen))

  for (const { kind, title, switches } of GROUPS) {
    const set = h('fieldset', {}, h('legend', {}, title))
    for (const [name, text] of Object.entries(switches)) {
      const box = h('input', { type: 'checkbox', role: 'switch', onchange: () => change(kind, name, box.checked) })
      controls.push((faults) => {
        box.checked = faults[kind][name]
        return box.checked
      })
      set.append(h('label', { class: 'switch' }, box, h('span', {}, text)))
    }
    const delay = h('select', { onchange: () => change(kind, 'delay', Number(delay.value)) }, ...options(LATE))
    controls.push((faults) => {
      delay.value = String(faults[kind].delay)
      return faults[kind].delay > 0
    })
    set.append(h('label', { class: 'choice' }, h('span', {}, kind === 'requests' ? 'are answered' : 'arrive'), delay))
    if (kind === 'requests') {
      set.append(
        errorChoice('refuse', 'new ones', REFUSALS, controls, change),
        errorChoice('answerError', 'those carried out', ANSWERED_WITH, controls, change),
        errorChoice('lookupError', 'questions about them', ANSWERED_WITH, controls, change),
      )
    }
    parent.append(set)
  }

  function show(faults) {
    latest = faults
    const active = companies.filter((company) => controls.filter((control) => control(faults[company])).length > 0)
    count.hidden = active.length === 0
    count.textContent = active.join(', ')
    const shown = chosen.value === ALL ? companies[0] : chosen.value
    for (const control of controls) control(faults[shown])
  }
  return show
}

function errorChoice(name, label, choices, controls, change) {
  const select = h(
    'select',
    {
      onchange: () => {
        const [status, code] = select.value.split(' ').map(Number)
        return change('requests', name, select.value ? { status, code } : null)
      },
    },
    ...options(choices),
  )
  controls.push(({ requests: { [name]: error } }) => {
    select.value = error ? `${error.status} ${error.code}` : ''
    return error !== null
  })
  return h('label', { class: 'choice' }, h('span', {}, label), select)
}
