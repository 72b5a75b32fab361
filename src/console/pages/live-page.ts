// What is under way at this moment.

import { html } from 'hono/html'
import type { ChallengeRecord } from '../../store/types.ts'
import type { ServiceNames } from '../service-names.ts'
import { challengeList } from './challenge-list.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'

export type LiveChallenges = { pending: readonly ChallengeRecord[]; ended: readonly ChallengeRecord[]; isCut: boolean }

export function livePage(live: LiveChallenges, names: ServiceNames, frame: Frame): Html {
  const content = html`
    <div class="title">
      <h1>Live</h1>
      <p class="connection" id="connection" role="status"></p>
      <noscript><p class="connection">Reload the page to see what has changed.</p></noscript>
    </div>
    <div data-stream="live-events">${liveFragment(live, names)}</div>`
  return pageFrame({ title: 'Live', path: 'live', script: 'live', styles: ['challenges'], frame, content })
}

export function liveFragment({ pending, ended, isCut }: LiveChallenges, names: ServiceNames): Html {
  const { onItsWay = [], withoutPage = [], waiting = [] } = Object.groupBy(pending, groupOf)
  return html`
    ${section({ id: 'on-its-way', title: 'Calls and texts on their way', records: onItsWay, names, isCut, empty: 'No phone is being called or texted at this moment.' })}
    ${withoutPage.length > 0 ? section({ id: 'without-page', title: 'Waiting for its page', records: withoutPage, names, isCut, empty: '' }) : ''}
    ${section({ id: 'waiting', title: 'Waiting for a code', records: waiting, names, isCut, empty: 'Nobody has a code that was not typed yet.' })}
    ${section({ id: 'ended', title: 'Newest that ended', records: ended, names, empty: 'No challenge has ended yet.' })}`
}

function groupOf({ challenge }: ChallengeRecord): 'onItsWay' | 'withoutPage' | 'waiting' {
  const state = challenge.deliveries.at(-1)?.progress.state
  if (state === 'waiting') return 'withoutPage'
  return state === 'placing' || state === 'ringing' || state === 'answered' ? 'onItsWay' : 'waiting'
}

type Section = {
  id: string
  title: string
  records: readonly ChallengeRecord[]
  names: ServiceNames
  isCut?: boolean
  empty: string
}

/** `isCut`: there are more; of what has ended there nearly always are. */
function section({ id, title, records, names, isCut, empty }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
      <h2 id="${id}-title">${title}${isCut === undefined ? '' : html` <span class="count">${records.length}${isCut ? '+' : ''}</span>`}</h2>
      ${
        records.length > 0
          ? challengeList({ id: `${id}-rows`, records, names, withDate: id === 'ended' })
          : html`<p class="empty" id="${id}-empty">${empty}</p>`
      }
    </section>`
}
