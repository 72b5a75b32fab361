import { html } from 'hono/html'
import type { Factor } from '../../client/client.ts'
import type { Form, FormError } from '../forms.ts'
import { isActive } from '../phone-numbers.ts'
import type { Account, Proof } from '../sessions.ts'
import { OPENING_BALANCE, PAYEES } from '../transfers.ts'
import { field, formAlert } from './fields.ts'
import { doneNotice, type Html, layout, type PageContext, runningNotice } from './layout.ts'

type Shown = Account & { factors: Factor[]; notice: string | null; form: Form; error: FormError | undefined }

export function accountPage(page: PageContext, { user, proof, factors, notice, form, error }: Shown): Html {
  const { texts, basePath, locale } = page
  const { account: words } = texts
  const balance = user.transfers.reduce((rest, { amount }) => rest - amount, OPENING_BALANCE)
  const hasApp = factors.some(({ type }) => type === 'totp')
  const content = html`
    <h1>${words.heading(user.name)}</h1>
    ${doneNotice(notice)}
    ${runningNotice(page)}
    ${formAlert(error)}
    <div class="columns">
      <section class="panel balance" aria-labelledby="balance">
        <h2 id="balance">${words.current}</h2>
        <p class="amount">${euros(balance, locale)}</p>
        <ul class="entries">
          ${user.transfers.map(
            ({ payee, amount, receipt }) => html`
          <li><span>${payee}</span> <span>${euros(-amount, locale)}</span>
            <details class="receipt">
              <summary>${words.receipt}</summary>
              <p class="hint">${words.receiptHint}</p>
              <code lang="en">${receipt}</code>
            </details></li>`,
          )}
          <li><span>${words.openingBalance}</span> <span>${euros(OPENING_BALANCE, locale)}</span></li>
        </ul>
      </section>
      <section class="panel" aria-labelledby="transfer">
        <h2 id="transfer">${words.transfer}</h2>
        <form class="stack" method="post" action="${basePath}/transfer">
          <div class="field">
            <label for="payee">${words.to}</label>
            <select id="payee" name="payee">
              ${PAYEES.map((name) => html`<option ${name === form.payee ? html`selected` : ''}>${name}</option>`)}
            </select>
          </div>
          ${field(
            {
              ...{ name: 'amount', label: words.euros, type: 'number', autocomplete: 'off' },
              value: form.amount ?? '250',
              more: html`min="1" max="5000" step="1"`,
            },
            error,
          )}
          <button class="main">${words.submit}</button>
          <p class="hint">${words.transferHint}</p>
        </form>
      </section>
      <section class="panel" aria-labelledby="security">
        <h2 id="security">${words.security}</h2>
        <p>${words.numbersProved(user.numbers.all.filter(isActive).length)}<br>
          ${hasApp ? words.authenticatorOn : words.authenticatorOff}</p>
        <p class="more"><a class="button quiet" href="${basePath}/security">${words.manage}</a></p>
      </section>
      ${proofPanel(page, proof)}
    </div>`
  return layout(page, { path: '/account', title: words.title, styles: ['forms', 'account'], scene: false, content })
}

/** The names of the API, in English: this panel shows what a developer gets. */
function proofPanel({ texts }: PageContext, proof: Proof): Html {
  const { account: words } = texts
  if (typeof proof === 'string')
    return html`<section class="panel" aria-labelledby="proof">
      <h2 id="proof">${words.proof}</h2>
      <p>${words.by[proof]}</p>
    </section>`
  const entries = [
    ['Phone', proof.to],
    ['Flow', proof.flow],
    ['Scope', proof.scope],
    ['Outcome', `${proof.status}, ${proof.reason}`],
    ['Deliveries', proof.deliveries.map(({ channel, carrier }) => `${channel} by ${carrier}`).join(', ')],
  ] as const
  return html`<section class="panel" aria-labelledby="proof">
    <h2 id="proof">${words.proof}</h2>
    <dl lang="en">
      ${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
      <div><dt>Challenge</dt><dd><code>${proof.id}</code></dd></div>
    </dl>
    <p class="hint">${words.proofHint}</p>
  </section>`
}

function euros(amount: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR', maximumFractionDigits: 0 })
  return format.format(amount).replace('-', '−')
}
