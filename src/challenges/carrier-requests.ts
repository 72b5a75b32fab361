// What a carrier is asked for: one delivery as a call or a message.

import type { Carrier, PlaceCall, PlacementResult, SendSms } from '../carriers/carrier.ts'
import { type Delivery, type E164, LONGEST_CALL } from '../domain/challenge.ts'
import type { ChallengeRecord, ChallengeRequest } from '../store/types.ts'
import { callbackUrls, receiptUrl } from './callback-urls.ts'
import type { ChallengeSecrets } from './challenge-secrets.ts'
import type { ServiceSettings, SettingsOf } from './challenge-settings.ts'
import { messageText } from './message-text.ts'

const RING_SECONDS = 25

type Deps = { publicUrl: string; settingsOf: SettingsOf; secrets: ChallengeSecrets }

/** Makes the request; nothing is asked of the carrier before the function that it gives is called. */
export type PrepareRequest = (
  carrier: Carrier,
  record: ChallengeRecord,
  delivery: Delivery,
) => (signal: AbortSignal) => Promise<PlacementResult>

export function createPrepareRequest({ publicUrl, settingsOf, secrets }: Deps): PrepareRequest {
  return (carrier, record, delivery) => {
    if (delivery.channel === 'sms') {
      const sms = message(carrier, record, delivery)
      return (signal) => carrier.sendSms(sms, signal)
    }
    const placed = call(carrier, record, delivery)
    return (signal) => carrier.place(placed, signal)
  }

  function call(carrier: Carrier, record: ChallengeRecord, delivery: Delivery): PlaceCall {
    const { request } = record
    const settings = settingsOf(request.serviceId)
    return {
      ...common(record, delivery),
      from: callerNumber(carrier, request, settings),
      urls: callbackUrls(publicUrl, {
        carrier: carrier.name,
        locale: carrier.resolveVoiceLocale(request.locale),
        challenge: record.challenge.id,
        delivery: delivery.id,
      }),
      ringSeconds: RING_SECONDS,
      maxSeconds: LONGEST_CALL,
      detect: settings.detectVoicemail,
      extension: request.extension,
    }
  }

  function message(carrier: Carrier, record: ChallengeRecord, delivery: Delivery): SendSms {
    const { challenge, request } = record
    const settings = settingsOf(request.serviceId)
    const target = { carrier: carrier.name, challenge: challenge.id, delivery: delivery.id }
    const minutes = Math.max(1, Math.floor((Date.parse(record.expiresAt) - Date.parse(delivery.createdAt)) / 60_000))
    const body = messageText({ request, settings, code: secrets.code(record), minutes })
    const from = request.from ?? settings.from[carrier.name] ?? null
    return { ...common(record, delivery), from, body, receiptUrl: receiptUrl(publicUrl, target) }
  }
}

/** Which number a call is placed from, and found by. */
export function callerNumber(
  carrier: Carrier,
  request: Pick<ChallengeRequest, 'from'>,
  settings: Pick<ServiceSettings, 'from'>,
): E164 {
  return request.from ?? settings.from[carrier.name] ?? carrier.from
}

function common({ challenge, request }: ChallengeRecord, delivery: Delivery) {
  return { to: request.to!, tag: `${challenge.id}.${delivery.id}` }
}
