// The dashboard as a document, and its queries as Grafana would send them.

import { readText } from '../deploy/deployment-files.ts'

export type Panel = {
  id: number
  type: string
  title: string
  description?: string
  datasource?: { uid: string }
  targets?: { refId: string; expr: string; datasource: { uid: string } }[]
  fieldConfig?: { defaults: { unit: string } }
  gridPos: { x: number; y: number; w: number; h: number }
}
export type Dashboard = {
  panels: Panel[]
  templating: { list: { name: string; definition?: string }[] }
}

export function readDashboard(): Dashboard {
  return JSON.parse(readText('deploy/grafana/dashboards/answerback.json'))
}

/** With its variables filled in. */
export function queriesOf({ panels }: Dashboard, range = '1h', rateInterval = '1m'): { title: string; expr: string }[] {
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr
        .replaceAll('$__rate_interval', rateInterval)
        .replaceAll('$__range', range)
        .replaceAll('$instance', '.*'),
    })),
  )
}
