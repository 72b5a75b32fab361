// Imported first: an older Node would fail further on with a syntax error.

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(
    `Answerback needs Node 24 or newer, and this is ${process.versions.node}.\n` +
      'On Linux, start it with "npm start": npm ci has installed a Node of its own, which npm scripts use.',
  )
  process.exit(1)
}
