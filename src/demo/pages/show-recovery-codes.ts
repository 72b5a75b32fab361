import { html } from 'hono/html'
import { type Html, layout, type PageContext } from './layout.ts'

export function recoveryCodesPage(page: PageContext, codes: readonly string[]): Html {
  const { texts, basePath } = page
  const { recovery: words } = texts
  const content = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    <ol class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ol>
    <p class="more"><a class="button main" href="${basePath}/security">${words.kept}</a></p>`
  const styles = ['account', 'security'] as const
  return layout(page, { path: '/security', title: words.title, styles: [...styles], scene: false, content })
}
