// Imported first: an older Node would fail further on, with a syntax error or for want of what strips types. JavaScript, since
// one of before 22.18 reads nothing else.

const [major = 0] = process.versions.node.split('.').map(Number)
if (major < 24) {
  console.error(
    `Answerback needs Node 24 or newer, and this is ${process.versions.node}.\n` +
      'On Linux "npx npm@11 ci" installs one of its own, which "npm start" uses: npm before 11 leaves it where nothing finds it.',
  )
  process.exit(1)
}
