// Starts the reference. Problems name `/docs#<code>` as their type: that code is explained on a page of its own.

// Scalar's faint grey and the colours of its methods have less contrast than WCAG AA asks for.
const READABLE = `
  .light-mode { --scalar-color-3: #6a6a6a; --scalar-color-green: #00764a; --scalar-color-red: #b3261e;
    --scalar-color-yellow: #7a5900; --scalar-color-orange: #9a4600; }
  .dark-mode { --scalar-color-3: #a3a3a3; --scalar-color-red: #ff7b75; }
`

const here = new URL('.', location.href)
const code = location.hash.slice(1)
const isProblem = /^[a-z_]+$/.test(code)

if (isProblem) location.replace(new URL(`docs/problems#${code}`, here))
else
  Scalar.createApiReference('#reference', {
    url: new URL('openapi.json', here).href,
    // Calls go to where this page came from, whatever PUBLIC_URL says.
    servers: [{ url: here.href.replace(/\/$/, '') }],
    // Nothing is asked of another host: no fonts, no proxy for calls, no telemetry, no assistant.
    withDefaultFonts: false,
    proxyUrl: '',
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
    defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
    authentication: { preferredSecurityScheme: 'apiKey' },
    persistAuth: false,
    customCss: READABLE,
  })
