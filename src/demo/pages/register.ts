import { html } from 'hono/html'
import type { Fault, Form } from '../forms.ts'
import { wayOf } from '../verification-methods.ts'
import { alertOf, field, ways, whomToCall } from './fields.ts'
import { type Html, layout, type Place } from './layout.ts'

export function registerPage(place: Place, form: Form, fault?: Fault): Html {
  const content = html`
    <h1>Open an account</h1>
    <p class="lead">It takes a name, a password, and a phone that is really yours.</p>
    ${alertOf(fault)}
    <form class="stack" method="post" action="${place.path}/register">
      <div class="pair">
        ${field({ name: 'user', label: 'Name', type: 'text', autocomplete: 'username', value: form.user ?? '' }, fault)}
        ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', value: '', hint: 'Eight characters or more.' }, fault)}
      </div>
      ${whomToCall(form, fault)}
      ${ways('How shall we reach it?', wayOf(form.way ?? 'key'))}
      <button class="main">Prove this number</button>
      <p class="hint">The account is opened once the number is proved, and is forgotten when this server stops.
        You have one? <a href="${place.path}">Sign in</a>.</p>
    </form>`
  return layout(place, { title: 'Open an account', script: 'form', scene: true, content })
}
