import { html } from 'hono/html'
import type { Form, FormError } from '../forms.ts'
import { parseMethod } from '../verification-methods.ts'
import { field, formAlert, methodChoice, phoneField } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

export function registerPage(page: PageContext, form: Form, error?: FormError): Html {
  const { texts, basePath } = page
  const { register: words } = texts
  const hint = words.passwordHint
  const content = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    ${runningNotice(page)}
    ${formAlert(error)}
    <form class="stack" method="post" action="${basePath}/register">
      <div class="pair">
        ${field({ name: 'user', label: texts.name, type: 'text', autocomplete: 'username', value: form.user ?? '' }, error)}
        ${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'new-password', value: '', hint }, error)}
      </div>
      ${phoneField(page, form, error)}
      ${methodChoice(page, words.method, parseMethod(form.method ?? 'keypad_code'))}
      <button class="main">${words.submit}</button>
      <p class="hint">${words.forgotten} ${words.haveOne} <a href="${basePath}">${texts.signIn}</a>.</p>
    </form>`
  return layout(page, { path: '/register', title: words.title, styles: ['forms'], scene: true, content })
}
