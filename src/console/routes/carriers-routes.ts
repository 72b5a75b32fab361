import { Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { carriersPage } from '../pages/carriers-page.ts'
import { EVERYTHING } from '../statistics-address.ts'
import { summaryOf } from '../statistics-summary.ts'

const HOUR = { seconds: 3_600, stretchSeconds: 3_600 }

export function carriersRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { challenges, store } = parts
  return new Hono<ConsoleEnv>().get('/carriers', async (c) => {
    const { carriers } = summaryOf(await store.statistics({ ...HOUR, ...EVERYTHING }), HOUR.stretchSeconds)
    const breakers = challenges.breakers()
    const isOpen = (name: string, kind: 'requests' | 'deliveries') =>
      breakers.some(({ carrier, breaker, open }) => carrier === name && breaker === kind && open)
    const shown = [...new Set(breakers.map(({ carrier }) => carrier))].map((name) => ({
      name,
      requestsOpen: isOpen(name, 'requests'),
      deliveriesOpen: isOpen(name, 'deliveries'),
      lastHour: carriers.find((one) => one.name === name) ?? null,
    }))
    return c.html(carriersPage(shown, frameOf(c, parts)))
  })
}
