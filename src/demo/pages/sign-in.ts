import { html } from 'hono/html'
import type { Form, FormError } from '../forms.ts'
import { DEMO_USER } from '../users.ts'
import { parseMethod } from '../verification-methods.ts'
import { field, formAlert, methodChoice, phoneFields } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

export function signInPage(page: PageContext, form: Form, error?: FormError): Html {
  const content = html`
    <h1>Welcome back</h1>
    <p class="lead">Sign in with your password, then with your phone.</p>
    ${runningNotice(page)}
    ${formAlert(error)}
    <form class="stack" method="post" action="${page.basePath}/sign-in">
      <div class="pair">
        ${field({ name: 'user', label: 'Name', type: 'text', autocomplete: 'username', value: form.user ?? DEMO_USER.name }, error)}
        ${field(
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            autocomplete: 'current-password',
            value: error ? '' : DEMO_USER.password,
          },
          error,
        )}
      </div>
      <p class="note">To try it out: <b>${DEMO_USER.name}</b> with <b>${DEMO_USER.password}</b>, or
        <a href="${page.basePath}/register">open an account</a>.</p>
      ${methodChoice('Then, to be sure that it is you', parseMethod(form.method))}
      ${phoneFields(form, error)}
      <button class="main">Continue</button>
      <p class="hint">A real bank calls the number it has on file. Here, ${DEMO_USER.name} may name any in the USA (or
        where <code>ALLOWED_COUNTRIES</code> says); an account that
        you open keeps its own.</p>
    </form>`
  return layout(page, { title: 'Sign in', script: 'submit-once', styles: ['forms'], scene: true, content })
}
