import { html } from 'hono/html'
import type { Factor } from '../../client/client.ts'
import type { Form, FormError } from '../forms.ts'
import { isActive, type PhoneNumber } from '../phone-numbers.ts'
import type { User } from '../users.ts'
import { parseMethod } from '../verification-methods.ts'
import { codeField, field, formAlert, methodChoice, phoneField } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

type Shown = { user: User; factors: Factor[]; form: Form; error: FormError | undefined }

export function secondFactorPage(page: PageContext, { user, factors, form, error }: Shown): Html {
  const { texts, basePath } = page
  const { secondFactor: words } = texts
  const has = (type: Factor['type']) => factors.some((factor) => factor.type === type)
  const numbers = user.numbers.all.filter(isActive)
  const content = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead(user.name)}</p>
    ${runningNotice(page)}
    ${formAlert(error)}
    <form class="stack" method="post" action="${basePath}/second-factor">
      ${numbers.length > 0 ? numberChoice(page, numbers, user.numbers.preferred, error) : phoneField(page, form, error)}
      ${numbers.length > 0 ? '' : html`<p class="hint">${words.anyNumber}</p>`}
      ${methodChoice(page, words.phone, parseMethod(form.method ?? user.method ?? undefined))}
      <button class="main">${texts.continue}</button>
    </form>
    ${
      has('totp') &&
      html`<form class="short other" method="post" action="${basePath}/authenticator/sign-in">
      <h2>${words.authenticator}</h2>
      ${codeField(words.authenticatorCode, error)}
      <button class="quiet">${words.confirm}</button>
    </form>`
    }
    ${
      has('recovery_codes') &&
      html`<form class="short other" method="post" action="${basePath}/recovery/sign-in">
      <h2>${words.recovery}</h2>
      ${field({ name: 'recovery_code', label: words.recoveryCode, type: 'text', autocomplete: 'off', value: '' }, error)}
      <button class="quiet">${words.confirm}</button>
    </form>`
    }
    <form method="post" action="${basePath}/sign-out"><button class="plain-button">${words.startOver}</button></form>`
  return layout(page, { path: '/second-factor', title: words.title, styles: ['forms'], scene: true, content })
}

function numberChoice(
  { texts }: PageContext,
  numbers: readonly PhoneNumber[],
  preferred: PhoneNumber | null,
  error?: FormError,
): Html {
  const sentence = error?.field === 'number' ? error.sentence : null
  return html`<div class="field">
    <label for="number_id">${texts.secondFactor.which}</label>
    <select id="number_id" name="number_id" ${sentence && html`aria-invalid="true" aria-describedby="number-error"`}>
      ${numbers.map(
        (one) =>
          html`<option value="${one.id}" ${one === preferred ? html`selected` : ''}>${one.masked}${
            one === preferred && numbers.length > 1 ? ` (${texts.secondFactor.preferred})` : ''
          }</option>`,
      )}
    </select>
    ${sentence && html`<p class="error" id="number-error">${sentence}</p>`}
  </div>`
}
