// Who may be called: the rules about numbers, and the form that makes and ends them; what rules on traffic stand against.

import { html } from 'hono/html'
import type { RuleKind } from '../../store/guard-schema.ts'
import type { ListedRule } from '../../store/number-rules.ts'
import type { ServiceNames } from '../service-names.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { type GuardTraffic, trafficSections } from './standing-rules.ts'
import { table } from './table.ts'

export const ACTS = {
  block: 'Block: never call or text it',
  allow: 'Allow: also what its kind or its country would refuse',
  unlist: 'Take it off both lists',
  unblock: 'Unfreeze: end the reports and the wrong codes',
  'opt-out': 'Opt out: the person wants no calls and no texts',
  'opt-in': 'Opt in: the person wants them again',
} as const
export type Act = keyof typeof ACTS

export const DONE: Record<Act | 'lift' | 'no_reason' | 'nothing', string> = {
  block: 'Done: it is on the block list.',
  allow: 'Done: it is on the allow list.',
  unlist: 'Done: it is off the lists.',
  unblock: 'Done: it is no longer frozen.',
  'opt-out': 'Done: it gets neither calls nor texts.',
  'opt-in': 'Done: it may be reached again.',
  lift: 'Done: nothing stands against it any more, and it is counted anew.',
  no_reason: 'Nothing was lifted: say why, since it stands in the audit log.',
  nothing: 'There was nothing to take back.',
}

const KINDS: Record<RuleKind, string> = {
  allow: 'Allowed',
  block: 'Blocked',
  opt_out: 'Opted out',
  report: 'Reported fraud',
  wrong_codes: 'Too many wrong codes',
}

export type GuardForm = { number?: string; act?: string; reason?: string }
export type GuardErrors = Partial<Record<keyof GuardForm, string>>

type Parts = {
  rules: readonly ListedRule[]
  isCut: boolean
  traffic: GuardTraffic
  form: GuardForm
  errors: GuardErrors
  done: string | null
  mayAct: boolean
  names: ServiceNames
  frame: Frame
}

export function guardPage({ rules, isCut, traffic, form, errors, done, mayAct, names, frame }: Parts): Html {
  const content = html`
    <div class="title"><h1>Guard</h1></div>
    ${done === null ? '' : html`<p class="done" role="status">${done}</p>`}
    ${mayAct ? ruleForm(form, errors) : ''}
    <section aria-labelledby="rules-title">
      <h2 id="rules-title">Rules that hold</h2>
      ${
        rules.length > 0
          ? table(
              'Rules that hold',
              ['Number', 'Rule', 'For', 'Since', 'Until', 'Reason'],
              rules.map((rule) => ruleRow(rule, names)),
            )
          : html`<p class="empty">No rule holds beside those of the settings.</p>`
      }
      ${isCut ? html`<p class="hint">These are the newest ${rules.length}.</p>` : ''}
    </section>
    ${trafficSections(traffic, names, mayAct)}`
  return pageFrame({ title: 'Guard', path: 'guard', styles: ['tables'], frame, content })
}

function ruleRow(
  { kind, shown, forService, forChannel, reason, createdAt, until }: ListedRule,
  names: ServiceNames,
): string[] {
  const channels = { call: 'calls', sms: 'texts', '': '' }[forChannel]
  return [
    shown,
    KINDS[kind],
    [forService === '' ? 'every service' : (names.of(forService) ?? 'the service'), channels]
      .filter(Boolean)
      .join(', '),
    minute(createdAt),
    until === null ? 'it is taken back' : minute(until),
    reason ?? '',
  ]
}

function minute(at: string): string {
  return `${dateOf(at)} ${timeOf(at).slice(0, 5)}`
}

function ruleForm(form: GuardForm, errors: GuardErrors): Html {
  const described = (name: keyof GuardForm) =>
    errors[name] ? html`aria-invalid="true" aria-describedby="${name}-error"` : ''
  const error = (name: keyof GuardForm) =>
    errors[name] ? html`<p class="error" id="${name}-error">${errors[name]}</p>` : ''
  return html`<form class="act" method="post" action="guard" novalidate>
      <div class="field">
        <label for="number">Number, or beginning and *</label>
        <input id="number" name="number" value="${form.number ?? ''}" autocomplete="off" spellcheck="false" maxlength="64" ${described('number')}>
        ${error('number')}
      </div>
      <div class="field">
        <label for="act">What to do</label>
        <select id="act" name="act" ${described('act')}>${Object.entries(ACTS).map(
          ([act, text]) => html`<option value="${act}" ${act === form.act ? html`selected` : ''}>${text}</option>`,
        )}</select>
        ${error('act')}
      </div>
      <div class="field">
        <label for="reason">Reason, for the audit log</label>
        <input id="reason" name="reason" value="${form.reason ?? ''}" autocomplete="off" maxlength="200" ${described('reason')}>
        ${error('reason')}
      </div>
      <button class="main">Do it</button>
    </form>`
}
