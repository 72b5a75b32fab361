import { html } from 'hono/html'
import { type Frame, type Html, pageFrame } from './page-frame.ts'

export function forbiddenPage(frame: Frame): Html {
  const content = html`
    <h1>You may look, and not act</h1>
    <p class="lead">Your account is a viewer's. An operator can do this, or make you one: npm run operator.</p>`
  return pageFrame({ title: 'Not allowed', path: null, frame, content })
}
