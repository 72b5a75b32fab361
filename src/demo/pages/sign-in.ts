import { html } from 'hono/html'
import type { Fault, Form } from '../forms.ts'
import { FIRST_USER } from '../users.ts'
import { wayOf } from '../verification-methods.ts'
import { alertOf, field, ways, whomToCall } from './fields.ts'
import { type Html, layout, type Place } from './layout.ts'

export function signInPage(place: Place, form: Form, fault?: Fault): Html {
  const content = html`
    <h1>Welcome back</h1>
    <p class="lead">Sign in with your password, then with your phone.</p>
    ${alertOf(fault)}
    <form class="stack" method="post" action="${place.path}/sign-in">
      <div class="pair">
        ${field({ name: 'user', label: 'Name', type: 'text', autocomplete: 'username', value: form.user ?? FIRST_USER.name }, fault)}
        ${field(
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            autocomplete: 'current-password',
            value: fault ? '' : FIRST_USER.password,
          },
          fault,
        )}
      </div>
      <p class="note">To try it out: <b>${FIRST_USER.name}</b> with <b>${FIRST_USER.password}</b>, or
        <a href="${place.path}/register">open an account</a>.</p>
      ${ways('Then, to be sure that it is you', wayOf(form.way))}
      ${whomToCall(form, fault)}
      <button class="main">Continue</button>
      <p class="hint">A real bank calls the number it has on file. Here, ${FIRST_USER.name} may name any in the USA (or
        where <code>ALLOWED_COUNTRIES</code> says); an account that
        you open keeps its own.</p>
    </form>`
  return layout(place, { title: 'Sign in', script: 'form', scene: true, content })
}
