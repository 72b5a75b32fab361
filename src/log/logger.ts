// One line of JSON an event, on standard error: standard output is for people. Facts are ids, names and states; neither
// codes nor numbers are ever handed in.

export type LogFields = Record<string, string | number | boolean | null>

export function log(event: string, facts: LogFields = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}
