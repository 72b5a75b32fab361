// The text format of Prometheus, as far as a test reads it: prometheus.io/docs/instrumenting/exposition_formats.

/** Each line's value, by its name and labels. */
export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

/** The names of the metrics: a histogram's without its endings. */
export function metricNames(text: string): string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
}

/** Which values each label of each metric has. */
export function labelValues(text: string): Map<string, Map<string, Set<string>>> {
  const found = new Map<string, Map<string, Set<string>>>()
  for (const name of samplesOf(text).keys()) {
    const metric = name.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, '')
    const labels = found.get(metric) ?? new Map<string, Set<string>>()
    found.set(metric, labels)
    for (const [, label, value] of name.matchAll(/(\w+)="([^"]*)"/g))
      labels.set(label!, (labels.get(label!) ?? new Set<string>()).add(value!))
  }
  return found
}
