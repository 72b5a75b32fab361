import { html } from 'hono/html'
import type { Form, FormError } from '../forms.ts'
import type { Account } from '../sessions.ts'
import { PAYEES } from '../transfers.ts'
import { field, formAlert } from './fields.ts'
import { type Html, layout, type PageContext, runningNotice } from './layout.ts'

const OPENING_BALANCE = 18_430

export function accountPage(
  page: PageContext,
  account: Account,
  done: string | null,
  form: Form = {},
  error?: FormError,
): Html {
  const { user, proof, transfers } = account
  const balance = transfers.reduce((rest, { amount }) => rest - amount, OPENING_BALANCE)
  const content = html`
    <h1>Good to see you, ${user}</h1>
    ${done && html`<p class="done" role="status">${done}</p>`}
    ${runningNotice(page)}
    ${formAlert(error)}
    <div class="columns">
      <section class="panel balance" aria-labelledby="balance">
        <h2 id="balance">Current account</h2>
        <p class="amount">${euros(balance)}</p>
        <ul class="entries">
          ${transfers.map(({ payee, amount }) => html`<li><span>${payee}</span> <span>${euros(-amount)}</span></li>`)}
          <li><span>Opening balance</span> <span>${euros(OPENING_BALANCE)}</span></li>
        </ul>
      </section>
      <section class="panel" aria-labelledby="transfer">
        <h2 id="transfer">Transfer money</h2>
        <form class="stack" method="post" action="${page.basePath}/transfer">
          <div class="field">
            <label for="payee">To</label>
            <select id="payee" name="payee">
              ${PAYEES.map((name) => html`<option ${name === form.payee ? html`selected` : ''}>${name}</option>`)}
            </select>
          </div>
          ${field(
            {
              name: 'amount',
              label: 'Euros',
              type: 'number',
              autocomplete: 'off',
              value: form.amount ?? '250',
              more: html`min="1" max="5000" step="1"`,
            },
            error,
          )}
          <button class="main">Transfer</button>
          <p class="hint">We call you once more and say the amount and the name. That you signed in approves no transfer.</p>
        </form>
      </section>
      <section class="panel proof" aria-labelledby="proof">
        <h2 id="proof">How you got in</h2>
        <dl>
          <div><dt>Phone</dt><dd>${proof.to}</dd></div>
          <div><dt>Flow</dt><dd>${proof.flow}</dd></div>
          <div><dt>Scope</dt><dd>${proof.scope}</dd></div>
          <div><dt>Outcome</dt><dd>${proof.status}, ${proof.reason}</dd></div>
          <div><dt>Deliveries</dt><dd>${proof.deliveries.map(({ channel, carrier }) => `${channel} by ${carrier}`).join(', ')}</dd></div>
          <div><dt>Challenge</dt><dd><code>${proof.id}</code></dd></div>
        </dl>
        <p class="hint">This server asked Answerback for it with its own key. What the page said counted for nothing.</p>
      </section>
    </div>`
  return layout(page, {
    title: 'Your account',
    script: 'submit-once',
    styles: ['forms', 'account'],
    scene: false,
    content,
  })
}

function euros(amount: number): string {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 })
  return format.format(amount).replace('-', '−')
}
