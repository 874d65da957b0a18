/** Where a key was pressed, as far as it decides whom the key belongs to. */
export type Place = 'page' | 'writing' | 'control' | 'dialog'

const WRITING = 'input, textarea, select, [contenteditable]:not([contenteditable="false"]), [role="textbox"], [role="searchbox"], [role="combobox"]'
const PRESSED_FIELDS = 'input:is([type="checkbox"], [type="radio"], [type="range"], [type="button"], [type="submit"], [type="file"])'
const DIALOGS = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], dialog'
const CONTROLS = 'button, a[href], summary, audio, video, [role="button"], [role="link"], [role="switch"], [role="option"]'
const ARROWED = '[role="slider"], [role="radiogroup"], [role="tablist"], [role="grid"], [role="tree"], [role="spinbutton"], [role="separator"]'

const ASCII = /^[\x20-\x7e]$/
const LETTER = /^[a-z]$/i
/** What the keys of a US keyboard write, for layouts of other scripts. */
const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  BracketLeft: ['[', '{'],
  BracketRight: [']', '}'],
  Slash: ['/', '?'],
}

/** Whether a key press is `keys`, such as `J`, `Ctrl+Shift+Z`, `ArrowDown` or `?`. ⌘ counts as Ctrl. */
export function isPressed(keys: string, event: KeyboardEvent): boolean {
  const parts = keys.split('+')
  const key = parts.at(-1) ?? ''
  const isMark = key.length === 1 && !LETTER.test(key)
  // AltGr, which writes marks on many keyboards, arrives as Ctrl and Alt on some systems.
  const isAltGr = isMark && event.getModifierState('AltGraph')
  const hasCtrl = !isAltGr && (event.ctrlKey || event.metaKey)
  if (hasCtrl !== parts.includes('Ctrl') || (event.altKey && !isAltGr)) return false
  if (!isMark && event.shiftKey !== parts.includes('Shift')) return false
  return written(event) === (key.length === 1 ? key.toLowerCase() : key)
}

/** Whom the key belongs to: a place that is written in, something that takes this key, or the page. */
export function placeOf(event: KeyboardEvent): Place {
  const target = event.target
  if (!(target instanceof Element)) return 'page'
  if (target.closest(DIALOGS) !== null) return 'dialog'
  const isField = target.matches(PRESSED_FIELDS)
  if (!isField && target.closest(WRITING) !== null) return 'writing'
  return takesKey(target, event.key, isField) ? 'control' : 'page'
}

function takesKey(target: Element, key: string, isField: boolean): boolean {
  if (key === ' ' || key === 'Enter') return isField || target.closest(CONTROLS) !== null
  if (key.startsWith('Arrow')) return isField || target.closest(ARROWED) !== null
  return false
}

/** The key by its name; on a keyboard of another script, what a Latin one has in its place. */
function written(event: KeyboardEvent): string {
  if (event.key === ' ') return 'Space'
  if (event.key.length !== 1) return event.key
  if (ASCII.test(event.key)) return event.key.toLowerCase()
  if (event.code.startsWith('Key')) return event.code.slice(3).toLowerCase()
  return MARKS[event.code]?.[event.shiftKey ? 1 : 0] ?? event.key
}
