import { html } from 'hono/html'
import type { Channel, Factor } from '../../client/client.ts'
import type { Form, FormError } from '../forms.ts'
import { isActive, type PhoneNumber } from '../phone-numbers.ts'
import type { User } from '../users.ts'
import { codeField, formAlert, phoneField } from './fields.ts'
import { doneNotice, type Html, layout, type PageContext, runningNotice } from './layout.ts'

type Shown = {
  user: User
  factors: Factor[]
  /** Stepped up: changes are allowed for now. */
  unlocked: boolean
  notice: string | null
  form: Form
  error: FormError | undefined
}

export function securityPage(page: PageContext, shown: Shown): Html {
  const { texts } = page
  const { security: words } = texts
  const content = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.lead}</p>
    ${doneNotice(shown.notice)}
    ${runningNotice(page)}
    ${formAlert(shown.error)}
    ${shown.unlocked ? html`<p class="note">${words.unlocked}</p>` : unlockForms(page, shown)}
    <div class="columns">
      ${numbersPanel(page, shown)}
      ${factorsPanel(page, shown)}
    </div>
    <p class="more"><a href="${page.basePath}/account">${texts.verify.backToAccount}</a></p>`
  const styles = ['forms', 'account', 'security'] as const
  return layout(page, { path: '/security', title: words.title, styles: [...styles], scene: false, content })
}

function unlockForms({ texts, basePath }: PageContext, { factors, error }: Shown): Html {
  const { security: words } = texts
  return html`<section class="panel unlock">
    <p>${words.locked}</p>
    <form method="post" action="${basePath}/security/unlock"><button class="main">${words.unlockByCall}</button></form>
    ${
      factors.some(({ type }) => type === 'totp') &&
      html`<form class="short" method="post" action="${basePath}/security/unlock-by-app">
      ${codeField(words.unlockByApp, error)} <button class="quiet">${texts.secondFactor.confirm}</button>
    </form>`
    }
  </section>`
}

function numbersPanel(page: PageContext, { user, unlocked, form, error }: Shown): Html {
  const { texts, basePath } = page
  const { security: words } = texts
  return html`<section class="panel" aria-labelledby="numbers">
    <h2 id="numbers">${words.numbers}</h2>
    <ul class="numbers">${user.numbers.all.map((number) => numberEntry(page, user, number, unlocked))}</ul>
    ${
      unlocked &&
      html`<form class="stack" method="post" action="${basePath}/numbers">
      ${phoneField(page, form, error)}
      <div class="row-of-buttons">
        <button class="main" name="channel" value="call">${words.proveByCall}</button>
        <button class="quiet" name="channel" value="sms">${words.proveByText}</button>
      </div>
      <p class="hint">${words.inactive}</p>
    </form>`
    }
  </section>`
}

function numberEntry(page: PageContext, user: User, number: PhoneNumber, unlocked: boolean): Html {
  const { security: words } = page.texts
  const isPreferred = number === user.numbers.preferred
  const prove = (channel: Channel, label: string) =>
    !number.proved[channel] && act(page, '/numbers/prove', number, label, channel)
  return html`<li>
    <p class="number">${number.masked} ${isPreferred && html`<span class="badge">${words.preferred}</span>`}</p>
    <p class="hint">${number.proved.call ? words.provedByCall : words.notProvedByCall},
      ${number.proved.sms ? words.provedByText : words.notProvedByText}</p>
    ${
      unlocked &&
      html`<div class="row-of-buttons">
      ${prove('call', words.proveByCall)} ${prove('sms', words.proveByText)}
      ${!isPreferred && isActive(number) && act(page, '/numbers/prefer', number, words.prefer)}
      ${act(page, '/numbers/remove', number, words.remove)}
    </div>`
    }
  </li>`
}

function act(
  { basePath }: PageContext,
  path: string,
  { id, masked }: PhoneNumber,
  label: string,
  channel?: Channel,
): Html {
  return html`<form method="post" action="${basePath}${path}">
    <input type="hidden" name="number_id" value="${id}">
    ${channel && html`<input type="hidden" name="channel" value="${channel}">`}
    <button class="quiet small" aria-label="${label}: ${masked}">${label}</button>
  </form>`
}

function factorsPanel({ texts, basePath }: PageContext, { factors, unlocked }: Shown): Html {
  const { security: words } = texts
  const app = factors.find(({ type }) => type === 'totp')
  const codes = factors.find(({ type }) => type === 'recovery_codes')
  const post = (path: string, label: string) =>
    html`<form method="post" action="${basePath}${path}"><button class="quiet small">${label}</button></form>`
  return html`<section class="panel" aria-labelledby="authenticator">
    <h2 id="authenticator">${words.authenticator}</h2>
    <p class="hint">${words.authenticatorLead}</p>
    ${app && html`<p>${words.isOn}</p>`}
    ${
      unlocked &&
      html`<div class="row-of-buttons">
      ${post('/authenticator', words.turnOn)} ${app && post('/authenticator/remove', words.turnOff)}
    </div>`
    }
    <h2>${words.recovery}</h2>
    <p class="hint">${words.recoveryLead}</p>
    ${codes && html`<p>${words.recoveryLeft(codes.codes_left ?? 0)}</p>`}
    ${unlocked && html`<div class="row-of-buttons">${post('/recovery', words.newCodes)}</div>`}
  </section>`
}
