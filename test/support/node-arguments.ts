// What Node is given for a program of ours that a test starts, as in `npm start`: without the cache of what was compiled,
// loading is most of what a short run takes.

export const NODE_ARGUMENTS = [
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('../../src/config/module-loading.js', import.meta.url)}`,
]
