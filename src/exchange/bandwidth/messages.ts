// Bandwidth's messages, whose receipts all go to one URL of the application, several in a list.
// dev.bandwidth.com/apis/messaging, dev.bandwidth.com/docs/messaging/webhooks

import { randomUUID } from 'node:crypto'
import { basic } from '../rest/form.ts'
import { type Body, JsonFields, rejectField } from '../rest/json.ts'
import { finalState, type Message, type Receipt } from '../simulator/message.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { BandwidthAccount } from './bandwidth-account.ts'
import type { Webhooks } from './post-webhooks.ts'
import type { WebhookTarget } from './targets.ts'

const SENDING_MS = 400
const RECEIPT_MS = 1500
const PATIENCE_MS = 10_000

/** dev.bandwidth.com/docs/messaging/errors */
const ERRORS: Partial<Record<Receipt, { errorCode: number; description: string }>> = {
  unreachable: { errorCode: 4702, description: 'destination-subscriber-unavailable' },
  landline: { errorCode: 4404, description: 'rejected-forbidden-to-number' },
  carrier_failed: { errorCode: 5100, description: 'temporary-app-error' },
  blocked: { errorCode: 4470, description: 'rejected-spam-detected' },
}

export function messagesResource(account: BandwidthAccount, simulator: SimulatorState, webhooks: Webhooks) {
  const callback = callbackOf(account)

  const advance = (message: Message, state: Message['state'], resource: Body) => {
    message.state = state
    simulator.notify({ type: 'line', line: simulator.line(message.to) })
    if (!callback) return
    const failed = state === 'undelivered' || state === 'failed'
    const type = failed ? 'message-failed' : `message-${state}`
    const event = {
      type,
      time: simulator.clock.now().toISOString(),
      description: 'Message receipt',
      ...(failed && ERRORS[message.receipt]),
      to: message.to,
      message: resource,
    }
    webhooks.notifyUntilTaken(type, callback, [event], message.id, PATIENCE_MS)
  }

  const deliver = async (message: Message, resource: Body) => {
    await simulator.takeTime(SENDING_MS)
    advance(message, 'sent', resource)
    if (message.receipt === 'none') return
    await simulator.takeTime(RECEIPT_MS)
    advance(message, finalState(message.receipt), resource)
  }

  return {
    create(body: Body) {
      const fields = new JsonFields(body)
      const applicationId = fields.requiredText('applicationId')
      const from = fields.number('from')
      const to = fields.onlyNumber('to')
      const text = fields.requiredText('text')
      const tag = fields.text('tag', 1024)
      const priority = fields.oneOf('priority', ['default', 'high']) ?? 'default'
      fields.text('expiration')
      fields.rejectUnknown()
      if (applicationId !== account.messagingApplicationId) {
        rejectField('applicationId', 'is no messaging application of this account')
      }
      if (account.numbers && !account.numbers.includes(from)) rejectField('from', 'is not a number of this account')
      const message = simulator.addMessage({ id: randomUUID(), carrier: 'Bandwidth', from, to, text })
      const resource = {
        id: message.id,
        owner: from,
        applicationId,
        time: message.at.toISOString(),
        segmentCount: 1,
        direction: 'out',
        to: [to],
        from,
        text,
        ...(tag !== null && { tag }),
        priority,
      }
      simulator.afterResponse(() => deliver(message, resource))
      return resource
    },
  }
}

function callbackOf({
  messagingCallbackUrl,
  callbackUsername,
  callbackPassword,
}: BandwidthAccount): WebhookTarget | null {
  if (!messagingCallbackUrl) return null
  const given = callbackUsername !== undefined && callbackPassword !== undefined
  const credentials = given ? basic(callbackUsername, callbackPassword) : null
  return { url: messagingCallbackUrl, method: 'POST', credentials }
}
