// How the carriers are: their breakers on this instance, and what became of the last hour's deliveries.

import { html } from 'hono/html'
import type { CarrierName } from '../../domain/challenge.ts'
import type { Group } from '../statistics-summary.ts'
import { CARRIER_NAMES } from './challenge-words.ts'
import { commonestFailure, secondsWords, shareWords } from './figure-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { table } from './table.ts'

export type CarrierHealth = {
  name: CarrierName
  requestsOpen: boolean
  deliveriesOpen: boolean
  lastHour: Group | null
}

export function carriersPage(carriers: readonly CarrierHealth[], frame: Frame): Html {
  const content = html`
    <div class="title"><h1>Carriers</h1></div>
    <p class="lead">In the order in which they are tried. The breakers are those of the instance that has answered; it asks a carrier whose
      breaker is open only when no other is left.</p>
    ${table(
      'Carriers',
      [
        'Carrier',
        'Its answers',
        'Its deliveries',
        'Calls answered',
        'Texts arrived',
        'Time to answer',
        'Commonest failure',
      ],
      carriers.map(({ name, requestsOpen, deliveriesOpen, lastHour }) => [
        CARRIER_NAMES[name],
        state(requestsOpen),
        state(deliveriesOpen),
        ...(lastHour === null
          ? ['–', '–', '–', '–']
          : [
              shareWords(lastHour.answered),
              shareWords(lastHour.arrived),
              secondsWords(lastHour.answerSeconds),
              commonestFailure(lastHour),
            ]),
      ]),
    )}
    <p class="hint">The figures are those of the last hour, of every instance.</p>`
  return pageFrame({ title: 'Carriers', path: 'carriers', styles: ['tables'], frame, content })
}

function state(isOpen: boolean): Html {
  return isOpen
    ? html`<span class="state bad">failing: breaker open</span>`
    : html`<span class="state good">well</span>`
}
