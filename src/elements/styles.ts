// The element's looks. A page changes them by the custom properties of the first rule and by the parts.

import { FIGURE_STYLES } from './figure-styles.ts'

const STYLES = `
:host {
  --_card: var(--answerback-card, light-dark(#fffefa, #162220));
  --_ink: var(--answerback-ink, light-dark(#15211f, #e9efe9));
  --_soft: var(--answerback-soft, light-dark(#54625e, #a3b3ad));
  --_line: var(--answerback-line, light-dark(#dcd5c6, #2f403c));
  --_edge: var(--answerback-edge, light-dark(#7d857b, #7c8e88));
  --_accent: var(--answerback-accent, light-dark(#0f5a53, #86d6c5));
  --_on-accent: var(--answerback-on-accent, light-dark(#fffefa, #06201d));
  --_tint: var(--answerback-tint, light-dark(#e4efe9, #1b322e));
  --_bad: var(--answerback-bad, light-dark(#a3341f, #ff9f87));
  --_bad-tint: var(--answerback-bad-tint, light-dark(#fae8e1, #3a1f19));
  --_warm: var(--answerback-warm, light-dark(#8a5310, #f0b775));
  --_warm-tint: var(--answerback-warm-tint, light-dark(#f8ecd9, #33281a));
  --_font: var(--answerback-font, system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif);
  --_heading-font: var(--answerback-heading-font, var(--_font));
  --_mono: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace;
  --_radius: var(--answerback-radius, 12px);
  display: block;
  color: var(--_ink);
  font: 1rem / 1.5 var(--_font);
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
.root { display: flex; flex-direction: column; align-items: center; text-align: center; }
.root > * { max-width: 100%; overflow-wrap: anywhere; }
p { margin: 0; text-wrap: pretty; }
.status:focus { outline: none; }
.title { font: 600 clamp(1.6rem, 1.3rem + 1.5vw, 2.2rem) / 1.15 var(--_heading-font); text-wrap: balance; }
.sentence { margin-top: .4rem; color: var(--_soft); font-size: 1.08rem; text-wrap: balance; max-width: 34rem; }
.keep-open { margin-top: .5rem; }
.to { margin-top: .5rem; font-variant-numeric: tabular-nums; letter-spacing: .02em; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.problem { margin-top: 1rem; padding: .75rem 1rem; border-radius: var(--_radius); background: var(--_bad-tint); color: var(--_bad); }

.code { width: min(100%, 24rem); margin-top: 1.5rem; text-align: start; }
.code label { display: block; margin-bottom: .35rem; font-size: .925rem; font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; }
.row input {
  flex: 999 1 10rem; min-width: 0; min-height: 3rem; padding: .55rem .8rem;
  border: 1px solid var(--_edge); border-radius: var(--_radius); background: var(--_card); color: inherit;
  font: 600 1.5rem / 1.2 var(--_mono); letter-spacing: .16em;
}
.row input[aria-invalid="true"] { border-color: var(--_bad); box-shadow: inset 0 0 0 1px var(--_bad); }
.row button { flex: 1 0 auto; }
.error { margin-top: .35rem; color: var(--_bad); font-size: .925rem; font-weight: 600; }

.display, .keys {
  width: min(100%, 26rem); margin-top: 1.5rem; padding: 1.1rem 1.25rem;
  border: 1px solid var(--_line); border-radius: 18px; background: var(--_card);
}
.display p:first-child { color: var(--_soft); font-size: .925rem; }
.digits { font: 600 clamp(2.2rem, 12vw, 3.5rem) / 1.1 var(--_mono); letter-spacing: .06em; }
.words { font-size: 1.6rem; font-weight: 600; }
.digits b { font-weight: inherit; }
.digits b + b { margin-inline-start: .35em; }
.keys { text-align: start; }
.details { margin-bottom: .9rem; padding-bottom: .9rem; border-bottom: 1px solid var(--_line); font: 600 1.25rem / 1.3 var(--_heading-font); }
.keys ul { display: grid; gap: .5rem; margin: 0; padding: 0; list-style: none; }
.keys li { display: flex; align-items: baseline; gap: .75rem; }
kbd {
  flex: none; display: inline-grid; place-items: center; min-width: 2rem; height: 2rem; padding-inline: .35rem; white-space: nowrap;
  border: 1px solid var(--_edge); border-bottom-width: 3px; border-radius: 8px; font: 600 1rem / 1 var(--_font);
}

.countdown { margin-top: 1.1rem; color: var(--_soft); font-size: .925rem; font-variant-numeric: tabular-nums; }
.actions { display: flex; flex-wrap: wrap; justify-content: center; gap: .6rem; margin-top: 1.1rem; }
@media (max-width: 30rem) { .actions { width: 100%; } .actions button { flex: 1 1 auto; } .actions .plain { flex-basis: 100%; } }
button {
  display: inline-flex; align-items: center; justify-content: center; min-height: 3rem; padding: .6rem 1.25rem;
  border: 1px solid var(--_edge); border-radius: var(--_radius); background: none; color: inherit;
  font: 600 1rem / 1.2 var(--_font); font-variant-numeric: tabular-nums; cursor: pointer;
}
button:hover { border-color: var(--_accent); color: var(--_accent); }
button.main { border-color: transparent; background: var(--_accent); color: var(--_on-accent); }
button.plain { border-color: transparent; color: var(--_soft); text-decoration: underline; text-underline-offset: .2em; }
button:disabled { opacity: .6; cursor: not-allowed; }
.root[data-busy] button { cursor: progress; }
:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
@media (forced-colors: active) { button.main { border-color: ButtonBorder; } }
`

let sheet: CSSStyleSheet | undefined

/** One sheet for every element on the page, which no content security policy counts as inline. */
export function styleSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(STYLES + FIGURE_STYLES)
  }
  return sheet
}
