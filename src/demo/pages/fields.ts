// The fields that several forms share.

import { html } from 'hono/html'
import { exampleNumber } from '../example-number.ts'
import type { Form, FormError } from '../forms.ts'
import { LOCALES, VERIFICATION_METHODS, type VerificationMethod } from '../verification-methods.ts'
import type { Html } from './layout.ts'

type Field = {
  name: FormError['field']
  label: string
  type: 'text' | 'password' | 'tel' | 'number'
  autocomplete: string
  value: string
  hint?: string
  more?: Html
}

export function field({ name, label, type, autocomplete, value, hint, more }: Field, error?: FormError): Html {
  const sentence = error?.field === name ? error.sentence : null
  const described = [sentence && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="field">
    <label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" required
      autocapitalize="none" spellcheck="false" ${more ?? ''}
      ${sentence && html`aria-invalid="true"`} ${described && html`aria-describedby="${described}"`}>
    ${sentence && html`<p class="error" id="${name}-error">${sentence}</p>`}
    ${hint && html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`
}

export function methodChoice(legend: string, chosen: VerificationMethod): Html {
  const cards = Object.entries(VERIFICATION_METHODS).map(
    ([name, { title, hint }]) => html`<label class="method">
      <input type="radio" name="method" value="${name}" ${name === chosen ? html`checked` : ''}>
      <span><strong>${title}</strong> <small>${hint}</small></span>
    </label>`,
  )
  return html`<fieldset class="methods"><legend>${legend}</legend>${cards}</fieldset>`
}

/** The number to call, and the language of the call. */
export function phoneFields(form: Form, error?: FormError): Html {
  const value = form.number ?? exampleNumber()
  return html`<div class="pair">
    ${field({ name: 'number', label: 'Phone number', type: 'tel', autocomplete: 'tel', value }, error)}
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

export function formAlert(error?: FormError): Html | '' {
  return error?.field === 'form' ? html`<p class="alert" role="alert">${error.sentence}</p>` : ''
}
