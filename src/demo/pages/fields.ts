// The fields that several forms share.

import { html } from 'hono/html'
import { exampleNumber } from '../example-number.ts'
import type { Form, FormError, FormField } from '../forms.ts'
import { VERIFICATION_METHODS, type VerificationMethod } from '../verification-methods.ts'
import type { Html, PageContext } from './layout.ts'

type Field = {
  name: FormField
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

/** The six digits of an authenticator app. */
export function codeField(label: string, error?: FormError): Html {
  const more = html`inputmode="numeric" maxlength="12"`
  return field({ name: 'code', label, type: 'text', autocomplete: 'one-time-code', value: '', more }, error)
}

export function methodChoice({ texts }: PageContext, legend: string, chosen: VerificationMethod): Html {
  const cards = (Object.keys(VERIFICATION_METHODS) as VerificationMethod[]).map((name) => {
    const [title, hint] = texts.methods[name] as [string, string]
    return html`<label class="method">
      <input type="radio" name="method" value="${name}" ${name === chosen ? html`checked` : ''}>
      <span><strong>${title}</strong> <small>${hint}</small></span>
    </label>`
  })
  return html`<fieldset class="methods"><legend>${legend}</legend>${cards}</fieldset>`
}

/** A number as people write it where it is; with more countries than one, which. */
export function phoneField({ texts, regions, locale }: PageContext, form: Form, error?: FormError): Html {
  const names = new Intl.DisplayNames(locale, { type: 'region' })
  const [only] = regions
  const hint = only === undefined ? texts.withPlus : texts.inCountry(names.of(only) ?? only)
  const value = form.number ?? (only === 'US' ? exampleNumber() : '')
  const phone = { name: 'number', label: texts.phoneNumber, type: 'tel', autocomplete: 'tel', value } as const
  // Beside the choice of a country nothing needs to be said of how a number is written.
  const number = field(regions.length > 1 ? phone : { ...phone, hint }, error)
  if (regions.length < 2) return number
  const options = regions
    .map((region) => ({ region, name: names.of(region) ?? region }))
    .toSorted((one, other) => one.name.localeCompare(other.name, locale))
  return html`<div class="pair">
    <div class="field">
      <label for="region">${texts.country}</label>
      <select id="region" name="region">${options.map(
        ({ region, name }) =>
          html`<option value="${region}" ${region === (form.region ?? only) ? html`selected` : ''}>${name}</option>`,
      )}</select>
    </div>
    ${number}
  </div>`
}

export function formAlert(error?: FormError): Html | '' {
  return error?.field === 'form' ? html`<p class="alert" role="alert">${error.sentence}</p>` : ''
}
