// Sound: sentences by the browser's own voices, the tones of the keys, and the bell. Everything is on the page as well,
// so that a browser without voices or sound shows no less.

const STORED = 'exchange.sound'
const LOW = { 1: 697, 2: 697, 3: 697, 4: 770, 5: 770, 6: 770, 7: 852, 8: 852, 9: 852, '*': 941, 0: 941, '#': 941 }
const HIGH = {
  1: 1209,
  2: 1336,
  3: 1477,
  4: 1209,
  5: 1336,
  6: 1477,
  7: 1209,
  8: 1336,
  9: 1477,
  '*': 1209,
  0: 1336,
  '#': 1477,
}
const BELL = [440, 480]
const BELL_EVERY_MS = 4000

let on = stored()
let audio = null
let bell = null

export const isOn = () => on

export function toggle() {
  on = !on
  try {
    localStorage.setItem(STORED, on ? 'on' : 'off')
  } catch {
    // Private windows may refuse storage; the choice then lasts as long as the page.
  }
  if (!on) hush()
  return on
}

export function speak(text, language) {
  if (!on || !('speechSynthesis' in window)) return
  const voices = speechSynthesis.getVoices()
  if (voices.length === 0) return
  const utterance = new SpeechSynthesisUtterance(text)
  utterance.lang = language ?? 'en-US'
  const voice =
    voices.find((one) => one.lang.replace('_', '-') === utterance.lang) ??
    voices.find((one) => one.lang.slice(0, 2) === utterance.lang.slice(0, 2))
  if (voice) utterance.voice = voice
  speechSynthesis.speak(utterance)
}

export function hush() {
  if ('speechSynthesis' in window) speechSynthesis.cancel()
}

export function keyTone(key) {
  tone([LOW[key], HIGH[key]], 0.14, 0.08)
}

export function ring(ringing) {
  if (ringing && !bell) {
    tone(BELL, 1.6, 0.035)
    bell = setInterval(() => tone(BELL, 1.6, 0.035), BELL_EVERY_MS)
  }
  if (!ringing && bell) {
    clearInterval(bell)
    bell = null
  }
}

function tone(frequencies, seconds, volume) {
  // Browsers allow sound only after a gesture on the page.
  if (!on || !navigator.userActivation?.hasBeenActive) return
  audio ??= new AudioContext()
  const gain = audio.createGain()
  const end = audio.currentTime + seconds
  gain.gain.setValueAtTime(volume, audio.currentTime)
  gain.gain.setValueAtTime(volume, end - 0.03)
  gain.gain.linearRampToValueAtTime(0, end)
  gain.connect(audio.destination)
  for (const frequency of frequencies) {
    const oscillator = audio.createOscillator()
    oscillator.frequency.value = frequency
    oscillator.connect(gain)
    oscillator.start()
    oscillator.stop(end)
  }
}

function stored() {
  try {
    return localStorage.getItem(STORED) !== 'off'
  } catch {
    return true
  }
}
