// Plivo's messages. docs.plivo.com/docs/messaging/api/message/send-a-message

import { randomUUID } from 'node:crypto'
import type { Parameters } from '../rest/form.ts'
import { type Body, JsonFields, rejectField } from '../rest/json.ts'
import type { Message, Receipt } from '../simulator/message.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import { numberOf, timeOf, withoutPlus } from './formats.ts'
import type { PlivoAccount } from './plivo.ts'
import type { Webhooks } from './webhooks.ts'

const SENDING_MS = 400
const RECEIPT_MS = 1500
/** 3GPP TS 23.038: what fits into seven bits. Anything else halves the room. */
const GSM = /^[\n\r !-Z_a-z[\\\]^{|}~€£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà]*$/

/** docs.plivo.com/docs/messaging/troubleshooting/error-codes */
const ERRORS: Partial<Record<Receipt, string>> = { unreachable: '80', landline: '50', blocked: '30' }

export function messagesResource(account: PlivoAccount, simulator: SimulatorState, webhooks: Webhooks) {
  const tell = (message: Message, status: string, callback: Target | null) => {
    if (!callback) return
    const parameters: Parameters = [
      ['MessageUUID', message.id],
      ['From', withoutPlus(message.from)],
      ['To', withoutPlus(message.to)],
      ['Status', status],
      ['ErrorCode', (status === 'undelivered' ? ERRORS[message.receipt] : undefined) ?? '000'],
      ['Units', '1'],
      ['TotalRate', '0.00000'],
      ['TotalAmount', '0.00000'],
      ['QueuedTime', timeOf(message.at)],
    ]
    webhooks.notify(`message ${status}`, callback, parameters, message.id, 'V2')
  }

  const advance = (message: Message, state: Message['state'], callback: Target | null) => {
    message.state = state
    simulator.changed({ type: 'line', line: simulator.line(message.to) })
    tell(message, state, callback)
  }

  const deliver = async (message: Message, callback: Target | null) => {
    tell(message, 'queued', callback)
    await simulator.takeTime(SENDING_MS)
    advance(message, 'sent', callback)
    if (message.receipt === 'none') return
    await simulator.takeTime(RECEIPT_MS)
    advance(message, message.receipt === 'delivered' ? 'delivered' : 'undelivered', callback)
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
      const receipt = simulator.line(to).nextReceipts.shift() ?? 'delivered'
      const [id, at] = [randomUUID(), simulator.clock.now()]
      const message: Message = { id, carrier: 'Plivo', from, to, text, at, state: 'queued', receipt }
      simulator.addMessage(message)
      simulator.afterResponse(() => deliver(message, url === null ? null : { url, method }))
      return { message: 'message(s) queued', message_uuid: [id], api_id: randomUUID() }
    },
  }
}
