import { html } from 'hono/html'
import type { Html } from './page-frame.ts'

/** The first cell of a row names it. A table wider than the page scrolls by itself, also by keyboard. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly (string | Html)[])[]): Html {
  return html`<div class="table" role="group" aria-label="${caption}" tabindex="0"><table>
      <caption class="unseen">${caption}</caption>
      <thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
      <tbody>${rows.map(
        ([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
      )}</tbody>
    </table></div>`
}
