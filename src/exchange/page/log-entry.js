// One request of the HTTP log with its answer, and what can be done with it.

import { post } from './api.js'
import { copy } from './copy.js'
import { h, setText } from './dom.js'
import { timeOf } from './labels.js'

export function logEntry() {
  const way = h('span', { class: 'way' })
  const about = h('b')
  const status = h('span', { class: 'status' })
  const meta = h('span', { class: 'meta' })
  const body = h('div', { class: 'passed' })
  const details = h('details', {}, h('summary', {}, way, about, status, meta), body)
  const element = h('li', {}, details)
  const entry = { element, latest: null, isBad: false, text: '', update }

  const fill = () => {
    if (!details.open || !entry.latest) return
    const { headers, direction, method, url, request, content_type, answer } = entry.latest
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    body.replaceChildren(
      buttons(entry.latest),
      h('p', { class: 'url' }, h('b', {}, method), ' ', url),
      ...part('Headers', lines.join('\n')),
      ...part(direction === 'out' ? 'Sent' : 'Asked', request),
      ...part(content_type ? `Answer, ${content_type}` : 'Answer', answer),
    )
  }
  details.addEventListener('toggle', fill)

  function update(latest) {
    entry.latest = latest
    entry.isBad = latest.status === null ? latest.remark !== null : latest.status >= 400 || latest.status === 0
    entry.text = searchable(latest)
    element.className = latest.direction
    setText(way, latest.company === null ? 'webhook' : latest.direction === 'out' ? 'to the app' : 'from the app')
    setText(about, latest.about)
    setText(status, latest.status ? String(latest.status) : latest.remark ? '–' : '…')
    status.classList.toggle('bad', entry.isBad)
    const took = latest.ms === null ? '' : ` · ${latest.ms} ms`
    setText(meta, `${timeOf(latest.at)}${took}${latest.remark ? ` · ${latest.remark}` : ''}`)
    fill()
  }
  return entry
}

function searchable({ company, about, method, url, headers, request, answer, remark }) {
  const parts = [company, about, method, url, ...Object.entries(headers).flat(), request, answer, remark]
  return parts.filter(Boolean).join('\n').toLowerCase()
}

function buttons(latest) {
  const curl = h(
    'button',
    { type: 'button', class: 'quiet', onclick: () => copy(asCurl(latest), curl) },
    'Copy as curl',
  )
  if (latest.direction === 'in') return h('p', { class: 'acts' }, curl)
  const again = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      async onclick() {
        const { status, remark } = await post(`/wire/${latest.id}/replay`)
        setText(again, status === null ? remark : `Sent again: ${status}`)
      },
    },
    'Send again',
  )
  return h('p', { class: 'acts' }, curl, again)
}

/** For a POSIX shell. Credentials are not shown here, so the command has a place for them. */
export function asCurl({ method, url, headers, body }) {
  const given = Object.entries(headers).flatMap(([name, value]) =>
    name === 'authorization' ? [`-u "$ACCOUNT:$TOKEN"`] : [`-H ${quoted(`${name}: ${value}`)}`],
  )
  const sent = method === 'GET' || body === '' ? [] : [`--data-raw ${quoted(body)}`]
  return [`curl -i -X ${method} ${quoted(url)}`, ...given, ...sent].join(' \\\n  ')
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`

function part(title, text) {
  return text ? [h('h3', {}, title), h('pre', { tabindex: '0' }, text)] : []
}
