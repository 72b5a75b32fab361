import { Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { statisticsPage } from '../pages/statistics-page.ts'
import { serviceNames } from '../service-names.ts'
import { readStatisticsQuery } from '../statistics-address.ts'
import { PERIODS, summaryOf } from '../statistics-summary.ts'

export function statisticsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get('/statistics', async (c) => {
    const view = readStatisticsQuery(c.req.query())
    if (view === null) return c.redirect('statistics')
    const length = PERIODS[view.period]
    const summary = summaryOf(await parts.store.statistics({ ...length, ...view.filter }), length.stretchSeconds)
    const names = serviceNames(parts.directory.all())
    return c.html(statisticsPage({ view, summary, names, frame: frameOf(c, parts) }))
  })
}
