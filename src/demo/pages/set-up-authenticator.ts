import { html, raw } from 'hono/html'
import type { FormError } from '../forms.ts'
import { codeField } from './fields.ts'
import { type Html, layout, type PageContext } from './layout.ts'

type Pending = { secret: string; qrSvg: string }

export function authenticatorPage(page: PageContext, { secret, qrSvg }: Pending, error?: FormError): Html {
  const { texts, basePath } = page
  const { authenticator: words } = texts
  const content = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.scan}</p>
    <div class="qr">${raw(qrSvg)}</div>
    <p>${words.orType} <code class="secret">${(secret.match(/.{1,4}/g) ?? []).join(' ')}</code></p>
    <form class="stack set-up" method="post" action="${basePath}/authenticator/confirm">
      ${codeField(words.code, error)}
      <button class="main">${words.submit}</button>
      <p class="hint">${words.until}</p>
    </form>
    <p class="more"><a href="${basePath}/security">${texts.verify.backToNumbers}</a></p>`
  const styles = ['forms', 'account', 'security'] as const
  return layout(page, { path: '/authenticator', title: words.title, styles: [...styles], scene: false, content })
}
