// Plivo's messages. docs.plivo.com/docs/messaging/api/message/send-a-message

import { randomUUID } from 'node:crypto'
import { type Parameters, RestError } from '../rest/form.ts'
import { type Body, JsonFields, rejectField } from '../rest/json.ts'
import { finalState, type Message, type Receipt } from '../simulator/message.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import { numberOf, timeOf, withoutPlus } from './formats.ts'
import type { PlivoAccount } from './plivo-account.ts'
import type { Webhooks } from './post-webhooks.ts'

const SENDING_MS = 400
const RECEIPT_MS = 1500
/** 3GPP TS 23.038: the seven-bit alphabet. Any other character halves the allowed length. */
const GSM = /^[\n\r !-Z_a-z[\\\]^{|}~€£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà]*$/

/** docs.plivo.com/docs/messaging/troubleshooting/error-codes */
const ERRORS: Partial<Record<Receipt, string>> = {
  unreachable: '80',
  landline: '50',
  blocked: '30',
  carrier_failed: '20',
}

/** Of a text of one part to the United States: plivo.com/docs/account/api/origin-based-pricing. */
const TEXT_RATE = '0.00350'

const errorOf = ({ state, receipt }: Message) =>
  state === 'undelivered' || state === 'failed' ? ERRORS[receipt] : undefined

export function messagesResource(account: PlivoAccount, simulator: SimulatorState, webhooks: Webhooks) {
  const post = (message: Message, status: string, callback: Target | null) => {
    if (!callback) return
    const parameters: Parameters = [
      ['MessageUUID', message.id],
      ['From', withoutPlus(message.from)],
      ['To', withoutPlus(message.to)],
      ['Status', status],
      ['ErrorCode', errorOf(message) ?? '000'],
      ['Units', '1'],
      ['TotalRate', TEXT_RATE],
      ['TotalAmount', TEXT_RATE],
      ['QueuedTime', timeOf(message.at)],
    ]
    webhooks.notify(`message ${status}`, callback, parameters, message.id, 'V2')
  }

  const advance = (message: Message, state: Message['state'], callback: Target | null) => {
    message.state = state
    simulator.notify({ type: 'line', line: simulator.line(message.to) })
    post(message, state, callback)
  }

  const deliver = async (message: Message, callback: Target | null) => {
    post(message, 'queued', callback)
    await simulator.takeTime(SENDING_MS)
    advance(message, 'sent', callback)
    if (message.receipt === 'none') return
    await simulator.takeTime(RECEIPT_MS)
    advance(message, finalState(message.receipt), callback)
  }

  return {
    create(body: Body) {
      const fields = new JsonFields(body)
      const to = numberOf(fields, 'dst')
      const from = numberOf(fields, 'src')
      const text = fields.requiredText('text', 1600)
      if (text.length > 737 && !GSM.test(text)) rejectField('text', 'must have 737 characters at most')
      const url = fields.url('url')
      const method = fields.oneOf('method', ['POST', 'GET']) ?? 'POST'
      fields.oneOf('type', ['sms'])
      fields.oneOf('log', [true, false])
      fields.rejectUnknown()
      if (account.numbers && !account.numbers.includes(from)) rejectField('src', 'is not a number of this account')
      const message = simulator.addMessage({ id: randomUUID(), carrier: 'Plivo', from, to, text })
      simulator.afterResponse(() => deliver(message, url === null ? null : { url, method }))
      return { message: 'message(s) queued', message_uuid: [message.id], api_id: randomUUID() }
    },

    /** docs.plivo.com/docs/messaging/api/message/retrieve-a-message */
    read(uuid: string) {
      const message = simulator.messages.find(({ id, carrier }) => carrier === 'Plivo' && id === uuid)
      if (!message) throw new RestError(404, null, 'not found')
      return {
        api_id: randomUUID(),
        message_uuid: message.id,
        message_state: message.state,
        message_direction: 'outbound',
        message_time: message.at.toISOString(),
        message_type: 'sms',
        error_code: errorOf(message) ?? null,
        from_number: withoutPlus(message.from),
        to_number: withoutPlus(message.to),
        units: 1,
        total_amount: '0.00000',
        total_rate: '0.00000',
        resource_uri: `/v1/Account/${account.authId}/Message/${message.id}/`,
      }
    },
  }
}
