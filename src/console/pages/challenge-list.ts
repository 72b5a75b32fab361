// Challenges one below the other, each a link to its own page.

import { html } from 'hono/html'
import { scopeWords } from '../../domain/scope-words.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { ServiceNames } from '../service-names.ts'
import { dateOf, deliveryWords, FLOW_WORDS, STATUS_WORDS, stateWords, statusOf, timeOf } from './challenge-words.ts'
import type { Html } from './page-frame.ts'

type List = { id: string; records: readonly ChallengeRecord[]; withDate: boolean; names: ServiceNames }

export function challengeList({ id, records, withDate, names }: List): Html {
  return html`<ol class="challenges" id="${id}" data-rows>${records.map((record) =>
    row(record, withDate, names.of(record.request.serviceId)),
  )}</ol>`
}

function row(record: ChallengeRecord, withDate: boolean, service: string | null): Html {
  const { challenge, request, createdAt } = record
  const status = statusOf(record)
  const delivery = challenge.deliveries.at(-1)
  return html`<li id="row-${challenge.id}"><a href="${challenge.id}">
      <time datetime="${createdAt}">${withDate ? `${dateOf(createdAt)} ` : ''}${timeOf(createdAt)}</time>
      <span class="number">${request.maskedNumber}</span>
      <span class="pill ${status}">${STATUS_WORDS[status]}</span>
      <span class="said">${stateWords(record)}</span>
      <span class="what">${service === null ? '' : html`<b>${service}</b> `}${scopeWords(request.scope)}: ${FLOW_WORDS[challenge.flow]}${delivery ? `, ${deliveryWords(delivery)}` : ''}</span>
    </a></li>`
}
