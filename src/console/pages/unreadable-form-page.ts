import { html } from 'hono/html'
import { type Html, pageDocument } from './page-frame.ts'

/** For every form, also those of the sign-in. */
export function unreadableFormPage(): Html {
  const body = html`<main id="main" class="narrow">
      <h1>The form cannot be read</h1>
      <p class="lead" role="alert">A field holds the character NUL, which no text may hold. Go back, and type it without.</p>
    </main>`
  return pageDocument({ title: 'Form not read', styles: [], body })
}
