// The HTTP log: every request and document, newest first.

import { h, setText } from './dom.js'
import { timeOf } from './labels.js'

const SHOWN = 100

export function httpLog(list, hint) {
  const rows = new Map()
  return (entry) => {
    hint.hidden = true
    const known = rows.get(entry.id)
    if (known) return known(entry)
    const row = logRow()
    row.update(entry)
    rows.set(entry.id, row.update)
    list.prepend(row.element)
    while (list.children.length > SHOWN) list.lastElementChild.remove()
    if (rows.size > 2 * SHOWN) for (const id of [...rows.keys()].slice(0, SHOWN)) rows.delete(id)
  }
}

function logRow() {
  const way = h('span', { class: 'way' })
  const about = h('b')
  const company = h('span', { class: 'from' })
  const status = h('span', { class: 'status' })
  const meta = h('span', { class: 'meta' })
  const body = h('div', { class: 'passed' })
  const details = h('details', {}, h('summary', {}, way, about, status, company, meta), body)
  const element = h('li', {}, details)
  let latest = null

  const fill = () => {
    if (!details.open || !latest) return
    const headers = Object.entries(latest.headers).map(([name, value]) => `${name}: ${value}`)
    body.replaceChildren(
      h('p', { class: 'url' }, h('b', {}, latest.method), ' ', latest.url),
      ...part('Headers', headers.join('\n')),
      ...part(latest.direction === 'out' ? 'Sent' : 'Asked', latest.request),
      ...part(latest.content_type ? `Answer, ${latest.content_type}` : 'Answer', latest.answer),
    )
  }
  details.addEventListener('toggle', fill)

  return {
    element,
    update(entry) {
      latest = entry
      element.className = entry.direction
      setText(way, entry.direction === 'out' ? 'to the app' : 'from the app')
      setText(company, entry.company)
      setText(about, entry.about)
      setText(status, entry.status ? String(entry.status) : entry.remark ? '–' : '…')
      status.classList.toggle(
        'bad',
        entry.status === null ? entry.remark !== null : entry.status >= 400 || entry.status === 0,
      )
      const took = entry.ms === null ? '' : ` · ${entry.ms} ms`
      setText(meta, `${timeOf(entry.at)}${took}${entry.remark ? ` · ${entry.remark}` : ''}`)
      fill()
    },
  }
}

function part(title, text) {
  return text ? [h('h3', {}, title), h('pre', { tabindex: '0' }, text)] : []
}
