import { html } from 'hono/html'
import type { Form, FormError } from '../forms.ts'
import { DEMO_USER } from '../users.ts'
import { field, formAlert } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

export function signInPage(page: PageContext, form: Form, error?: FormError): Html {
  const { texts, basePath } = page
  const { signInPage: words } = texts
  const password = error ? '' : DEMO_USER.password
  const content = html`
    <h1>${words.heading}</h1>
    <p class="lead">${words.lead}</p>
    ${runningNotice(page)}
    ${formAlert(error)}
    <form class="stack" method="post" action="${basePath}/sign-in">
      <div class="pair">
        ${field({ name: 'user', label: texts.name, type: 'text', autocomplete: 'username', value: form.user ?? DEMO_USER.name }, error)}
        ${field({ name: 'password', label: texts.password, type: 'password', autocomplete: 'current-password', value: password }, error)}
      </div>
      <button class="main">${texts.continue}</button>
      <p class="note">${words.tryIt} <b>${DEMO_USER.name}</b> ${words.with} <b>${DEMO_USER.password}</b>, ${words.or}
        <a href="${basePath}/register">${words.openAccount}</a>.</p>
    </form>
    <section class="origins" aria-labelledby="origins">
      <h2 id="origins">${words.origins}</h2>
      <p class="hint">${words.originsLead}</p>
      <dl>${texts.origins.map(([what, from]) => html`<div><dt>${what}</dt><dd>${from}</dd></div>`)}</dl>
    </section>`
  return layout(page, { path: '', title: words.title, styles: ['forms'], scene: true, content })
}
