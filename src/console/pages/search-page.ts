// The form, and what it has found.

import { html } from 'hono/html'
import type { E164, Status } from '../../domain/challenge.ts'
import { maskNumber } from '../../domain/phone-number.ts'
import { REFUSED_LEAVE_NONE } from '../../guard/explain-number.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { SearchErrors, SearchForm } from '../search-terms.ts'
import type { ServiceNames } from '../service-names.ts'
import { challengeList } from './challenge-list.ts'
import { STATUS_WORDS } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { serviceChoice } from './service-choice.ts'

/** `older`: the address of the next page. */
export type SearchResults = {
  records: readonly ChallengeRecord[]
  older: string | null
  isFirst: boolean
  byNumber: boolean
}

/** What would refuse a challenge to it now. */
type Against = { number: E164; reasons: readonly string[] }

type Parts = {
  form: SearchForm
  errors: SearchErrors
  results: SearchResults | null
  against?: readonly Against[]
  names: ServiceNames
  frame: Frame
}

export function searchPage({ form, errors, results, against = [], names, frame }: Parts): Html {
  const content = html`
    <div class="title"><h1>Search</h1></div>
    ${searchForm(form, errors, names)}
    ${against.map(reasonsList)}
    ${results && resultsList(results, names)}`
  return pageFrame({ title: 'Search', path: 'search', styles: ['challenges'], frame, content })
}

function searchForm(form: SearchForm, errors: SearchErrors, names: ServiceNames): Html {
  return html`<search><form class="search${names.all.length > 0 ? ' by-service' : ''}" method="post" action="search" novalidate>
    <div class="field wide">
      <label for="text">Number, id or metadata</label>
      <input id="text" name="text" value="${form.text ?? ''}" autocomplete="off" spellcheck="false" maxlength="200"
        ${describedBy('text', errors, true)}>
      ${errorOf('text', errors)}
      <p class="hint" id="text-hint">A number in any way of writing it, chl_…, or key=value</p>
    </div>
    ${
      names.all.length > 0
        ? html`<div class="field">
      <label for="service">Service</label>
      ${serviceChoice(names, form.service, describedBy('service', errors))}
      ${errorOf('service', errors)}
    </div>`
        : ''
    }
    <div class="field">
      <label for="status">Status</label>
      <select id="status" name="status" ${describedBy('status', errors)}>
        <option value="">Any</option>
        ${(Object.keys(STATUS_WORDS) as Status[]).map(
          (status) =>
            html`<option value="${status}" ${status === form.status ? html`selected` : ''}>${STATUS_WORDS[status]}</option>`,
        )}
      </select>
      ${errorOf('status', errors)}
    </div>
    ${timeField('from', 'Created from (UTC)', form, errors)}
    ${timeField('until', 'Created until (UTC)', form, errors)}
    <button class="main">Search</button>
  </form></search>`
}

function timeField(name: 'from' | 'until', label: string, form: SearchForm, errors: SearchErrors): Html {
  return html`<div class="field">
      <label for="${name}">${label}</label>
      <input id="${name}" name="${name}" type="datetime-local" value="${form[name] ?? ''}" ${describedBy(name, errors)}>
      ${errorOf(name, errors)}
    </div>`
}

function describedBy(name: keyof SearchForm, errors: SearchErrors, hasHint = false): Html | '' {
  const ids = [...(errors[name] ? [`${name}-error`] : []), ...(hasHint ? [`${name}-hint`] : [])]
  const described = ids.length > 0 ? html`aria-describedby="${ids.join(' ')}"` : ''
  return errors[name] ? html`aria-invalid="true" ${described}` : described
}

function errorOf(name: keyof SearchForm, errors: SearchErrors): Html | '' {
  return errors[name] ? html`<p class="error" id="${name}-error">${errors[name]}</p>` : ''
}

function reasonsList({ number, reasons }: Against): Html {
  return html`<section>
    <h2>New challenges to ${maskNumber(number)}</h2>
    ${
      reasons.length === 0
        ? html`<p>Nothing stands against this number now.</p>`
        : html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`
    }
    <p class="hint">${REFUSED_LEAVE_NONE}</p>
  </section>`
}

function resultsList({ records, older, isFirst, byNumber }: SearchResults, names: ServiceNames): Html {
  const number = byNumber ? records[0]?.request.maskedNumber : undefined
  return html`<section aria-labelledby="results-title">
    <h2 id="results-title">${number ? `To ${number}` : isFirst ? 'Newest first' : 'Older ones'}</h2>
    ${
      records.length > 0
        ? challengeList({ id: 'results', records, names, withDate: true })
        : html`<p class="empty">${older === null ? 'No challenge fits.' : 'None of those that were looked at fits. There are older ones.'}</p>`
    }
    ${older === null ? '' : html`<p class="paging"><a class="button" href="${older}">Older</a></p>`}
  </section>`
}
