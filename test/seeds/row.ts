/** The test file below `test/`, without its ending, and the title of the test as it stands there, with … for a placeholder. */
export type Reference = readonly [file: string, title: string]

export type Row = {
  /** What a visitor or an app can see; for a weakness, what holds instead. */
  what: string
  tests: readonly Reference[]
  /** What is done otherwise than in the guide, or not offered, and why. */
  note?: string
}

/** What one guide teaches, and what its sample does badly, by the number of the row. */
export type Guide = {
  title: string
  behaviours: Record<string, Row>
  weaknesses: Record<string, Row>
}
