// The HTTP log: requests and documents by call or message, the newest first, with a search and filters.

import { h, options, setText } from './dom.js'
import { spaced } from './labels.js'
import { logEntry } from './log-entry.js'

const SHOWN = 200
const NO_CALL = 'no call'

export function httpLog({ list, hint, filters }, companies) {
  const entries = new Map()
  const groups = new Map()
  /** What is known of a call or message by its id: where it went. */
  const subjects = new Map()
  let newest = null
  const said = filters.querySelector('.said')
  filters.elements.namedItem('company').append(
    ...options({
      '': 'All companies',
      ...Object.fromEntries(companies.map((name) => [name, name])),
      webhook: 'Webhooks',
    }),
  )
  filters.addEventListener('input', filter)
  filters.addEventListener('submit', (event) => event.preventDefault())

  function show(latest) {
    // A request is known to be about a call only once it has been answered.
    if (latest.call_id === null && latest.status === null && latest.remark === null) return
    hint.hidden = true
    filters.hidden = false
    let entry = entries.get(latest.id)
    const isNew = !entry
    if (!entry) {
      entry = logEntry()
      entries.set(latest.id, entry)
    }
    const before = entry.latest
    entry.update(latest)
    if (isNew || before.call_id !== latest.call_id) move(entry)
    describe(groups.get(keyOf(latest)))
    filter()
    if (entries.size > SHOWN) forget()
  }

  function move(entry) {
    const key = keyOf(entry.latest)
    let group = groups.get(key)
    if (!group) {
      group = logGroup()
      groups.set(key, group)
      if (key !== NO_CALL) openNewest(group)
      list.prepend(group.element)
    }
    const old = entry.group
    entry.group = group
    group.entries.add(entry)
    const later = [...group.entries].filter((one) => one.latest.id > entry.latest.id)
    const after = later.sort((one, other) => one.latest.id - other.latest.id)[0]
    group.list.insertBefore(entry.element, after?.element ?? null)
    if (old && old !== group) leave(entry, old)
  }

  /** The newest call's requests are shown, unless a reader has opened or closed the one before. */
  function openNewest(group) {
    if (newest && !newest.isTouched) newest.details.open = false
    newest = group
    group.details.open = true
  }

  function leave(entry, group) {
    group.entries.delete(entry)
    if (group.entries.size > 0) return describe(group)
    group.element.remove()
    for (const [key, one] of groups) if (one === group) groups.delete(key)
  }

  function forget() {
    const [[id, oldest]] = entries
    entries.delete(id)
    oldest.element.remove()
    leave(oldest, oldest.group)
  }

  function describe(group) {
    if (!group) return
    const [{ latest }] = group.entries
    const subject = subjects.get(latest.call_id)
    const company = [...group.entries].find((one) => one.latest.company)?.latest.company
    setText(group.title, latest.call_id === null ? 'About no call' : subject ? spaced(subject.to) : latest.call_id)
    setText(group.kind, [subject?.kind, company].filter(Boolean).join(' · '))
    const bad = [...group.entries].filter(({ isBad }) => isBad).length
    const all = `${group.entries.size} ${group.entries.size === 1 ? 'request' : 'requests'}`
    setText(group.count, bad > 0 ? `${all}, ${bad} failed` : all)
    group.count.classList.toggle('bad', bad > 0)
  }

  function filter() {
    const { text, company, bad } = Object.fromEntries(new FormData(filters))
    const sought = text.trim().toLowerCase()
    const digits = sought.replace(/[\s().-]/g, '')
    let found = 0
    for (const group of groups.values()) {
      const to = subjects.get([...group.entries][0].latest.call_id)?.to ?? ''
      let shown = 0
      for (const entry of group.entries) {
        const isFound = sought === '' || entry.text.includes(sought) || (digits !== '' && to.includes(digits))
        const isOf =
          company === '' || (company === 'webhook' ? !entry.latest.company : entry.latest.company === company)
        entry.element.hidden = !(isFound && isOf && (!bad || entry.isBad))
        if (!entry.element.hidden) shown += 1
      }
      group.element.hidden = shown === 0
      found += shown
    }
    const isFiltered = sought !== '' || company !== '' || Boolean(bad)
    setText(said, isFiltered ? `${found} of ${entries.size} requests` : '')
  }

  return {
    show,
    /** Where a call or a message went. */
    know(line) {
      for (const { id, to } of line.calls) learn(id, { to, kind: 'Call' })
      for (const { id, to } of line.messages) learn(id, { to, kind: 'Text' })
    },
  }

  function learn(id, subject) {
    if (subjects.has(id)) return
    subjects.set(id, subject)
    describe(groups.get(id))
  }
}

const keyOf = ({ call_id }) => call_id ?? NO_CALL

function logGroup() {
  const title = h('b')
  const kind = h('span', { class: 'kind' })
  const count = h('span', { class: 'sum' })
  const list = h('ol', {})
  const summary = h('summary', { onclick: () => (group.isTouched = true) }, title, kind, count)
  const details = h('details', {}, summary, list)
  const group = {
    element: h('li', { class: 'group' }, details),
    details,
    title,
    kind,
    count,
    list,
    entries: new Set(),
    isTouched: false,
  }
  return group
}
