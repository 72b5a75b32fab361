import { html } from 'hono/html'
import type { ServiceNames } from '../service-names.ts'
import type { Html } from './page-frame.ts'

/** The field in which one of the services is chosen, or any. */
export function serviceChoice({ all }: ServiceNames, chosen: string | undefined, attributes: Html | '' = ''): Html {
  return html`<select id="service" name="service" ${attributes}>
        <option value="">Any</option>
        ${all.map(({ id, name }) => html`<option value="${id}" ${id === chosen ? html`selected` : ''}>${name}</option>`)}
      </select>`
}
