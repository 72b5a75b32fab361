// A switch for each company: whether it takes calls and messages, so that a failover is one click away.

import { post } from './api.js'
import { h, setText } from './dom.js'

/** 429: refused before anything was dialled, so the app may try the next company at once. */
const REFUSAL = { status: 429, code: 20429 }

export function companySwitches(parent, companies) {
  const shown = companies.map((company) => {
    const says = h('span')
    const button = h(
      'button',
      {
        type: 'button',
        role: 'switch',
        onclick: () => {
          const takes = button.getAttribute('aria-checked') === 'true'
          return post('/trouble', { company, requests: { refuse: takes ? REFUSAL : null } })
        },
      },
      h('b', {}, company),
      says,
    )
    parent.append(button)
    return (faults) => {
      const takes = faults[company].requests.refuse === null
      button.setAttribute('aria-checked', String(takes))
      setText(says, takes ? 'takes calls' : 'refuses')
    }
  })
  return (faults) => {
    for (const show of shown) show(faults)
  }
}
