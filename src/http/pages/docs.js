// Starts the reference. Problems name `/docs#<code>` as their type: that code is explained on a page of its own.

const code = location.hash.slice(1)
const isProblem = /^[a-z_]+$/.test(code)

if (isProblem) location.replace(`/docs/problems#${code}`)
else
  Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    theme: 'default',
    // Nothing is asked of another host: no fonts, no proxy for calls, no telemetry, no assistant.
    withDefaultFonts: false,
    proxyUrl: '',
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
    persistAuth: false,
  })
