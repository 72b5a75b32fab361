// How the drawing looks at each stage, and moves where the person has not asked for less motion.

export const FIGURE_STYLES = `
.figure { --hue: var(--_accent); --hue-tint: var(--_tint); margin-bottom: .5rem; }
.figure svg { display: block; overflow: visible; }
.disc { fill: var(--hue-tint); }
.ring { fill: none; stroke: var(--hue); stroke-width: 2; opacity: 0; transform-origin: center; }
.handset { fill: var(--hue); transform-origin: center; }
.letter, .mark { display: none; fill: none; stroke: var(--hue); stroke-width: 5; stroke-linecap: round; stroke-linejoin: round; }
.letter { stroke-width: 4; }
[data-stage^="text"] .letter, [data-stage="approved"] .mark.approved, [data-stage="refused"] .mark.refused,
:is([data-stage="over"], [data-stage="failed"]) .mark.over { display: block; }
:is([data-stage^="text"], [data-stage="approved"], [data-stage="refused"], [data-stage="over"], [data-stage="failed"]) .handset { display: none; }
[data-stage="refused"] .figure { --hue: var(--_bad); --hue-tint: var(--_bad-tint); }
:is([data-stage="over"], [data-stage="failed"]) .figure { --hue: var(--_warm); --hue-tint: var(--_warm-tint); }
:is([data-stage="answered"], [data-stage="code_read"], [data-stage="approved"]) .figure { --hue: var(--_on-accent); --hue-tint: var(--_accent); }
:is([data-stage="calling"], [data-stage="ringing"], [data-stage="answered"], [data-stage="texting"]) .ring.near { opacity: .55; transform: scale(1.15); }
[data-stage="answered"] .ring { stroke: var(--_accent); }
[data-stage="ringing"] .ring.far { opacity: .25; transform: scale(1.32); }
@media (prefers-reduced-motion: no-preference) {
  :is([data-stage="loading"], [data-stage="calling"], [data-stage="ringing"], [data-stage="texting"]) .ring { animation: spread 2s ease-out infinite; }
  [data-stage="ringing"] .ring.far { animation-delay: .5s; }
  [data-stage="ringing"] .handset { animation: shake 2s ease-in-out infinite; }
}
@keyframes spread { from { opacity: .7; transform: scale(1); } 80%, to { opacity: 0; transform: scale(1.5); } }
@keyframes shake {
  0%, 40%, to { transform: rotate(0); }
  5%, 15%, 25%, 35% { transform: rotate(-9deg); }
  10%, 20%, 30% { transform: rotate(9deg); }
}
`
