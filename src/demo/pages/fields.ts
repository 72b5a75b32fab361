// The parts that forms have in common.

import { html } from 'hono/html'
import { exampleNumber } from '../example-number.ts'
import type { Fault, Form } from '../forms.ts'
import { LOCALES, WAYS, type Way } from '../verification-methods.ts'
import type { Html } from './layout.ts'

type Field = {
  name: Fault['field']
  label: string
  type: 'text' | 'password' | 'tel' | 'number'
  autocomplete: string
  value: string
  hint?: string
  more?: Html
}

export function field({ name, label, type, autocomplete, value, hint, more }: Field, fault?: Fault): Html {
  const wrong = fault?.field === name ? fault.sentence : null
  const described = [wrong && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" required
      autocapitalize="none" spellcheck="false" ${more ?? ''}
      ${wrong && html`aria-invalid="true"`} ${described && html`aria-describedby="${described}"`}>
    ${wrong && html`<p class="error" id="${name}-error">${wrong}</p>`}
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`
}

export function ways(legend: string, chosen: Way): Html {
  const cards = Object.entries(WAYS).map(
    ([name, { title, hint }]) => html`<label class="way">
      <input type="radio" name="way" value="${name}" ${name === chosen ? html`checked` : ''}>
      <span><strong>${title}</strong> <small>${hint}</small></span>
    </label>`,
  )
  return html`<fieldset class="ways"><legend>${legend}</legend>${cards}</fieldset>`
}

/** A number, and the language to speak to it. */
export function whomToCall(form: Form, fault?: Fault): Html {
  const value = form.number ?? exampleNumber()
  return html`<div class="pair">
    ${field({ name: 'number', label: 'Phone number', type: 'tel', autocomplete: 'tel', value }, fault)}
    ${languages(form)}
  </div>`
}

function languages({ locale = 'en-US' }: Form): Html {
  const options = [...LOCALES].map(
    ([tag, name]) =>
      html`<option value="${tag}" lang="${tag}" ${tag === locale ? html`selected` : ''}>${name}</option>`,
  )
  return html`<div class="field">
    <label for="locale">We speak</label>
    <select id="locale" name="locale">${options}</select>
  </div>`
}

export function alertOf(fault?: Fault): Html | '' {
  return fault?.field === 'form' ? html`<p class="alert" role="alert">${fault.sentence}</p>` : ''
}
