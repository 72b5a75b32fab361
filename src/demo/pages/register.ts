import { html } from 'hono/html'
import type { Form, FormError } from '../forms.ts'
import { parseMethod } from '../verification-methods.ts'
import { field, formAlert, methodChoice, phoneFields } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

export function registerPage(page: PageContext, form: Form, error?: FormError): Html {
  const content = html`
    <h1>Open an account</h1>
    <p class="lead">It takes a name, a password, and a phone that is really yours.</p>
    ${runningNotice(page)}
    ${formAlert(error)}
    <form class="stack" method="post" action="${page.basePath}/register">
      <div class="pair">
        ${field({ name: 'user', label: 'Name', type: 'text', autocomplete: 'username', value: form.user ?? '' }, error)}
        ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', value: '', hint: 'Eight characters or more.' }, error)}
      </div>
      ${phoneFields(form, error)}
      ${methodChoice('How shall we reach it?', parseMethod(form.method ?? 'keypad_code'))}
      <button class="main">Prove this number</button>
      <p class="hint">The account is opened once the number is proved, and is forgotten when this server stops.
        You have one? <a href="${page.basePath}">Sign in</a>.</p>
    </form>`
  return layout(page, { title: 'Open an account', script: 'submit-once', styles: ['forms'], scene: true, content })
}
