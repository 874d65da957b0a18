import { useEffect, useEffectEvent } from 'react'
import type { MessageKey } from '../i18n/catalogue'
import { shortcutsStore } from '../preferences/preferences'
import { isPressed, placeOf } from './keystroke'

interface Shortcut {
  readonly id: string
  readonly keys: readonly string[]
  readonly area: 'play' | 'move' | 'edit' | 'page'
  readonly messageKey: MessageKey
  /** Also works while somebody writes, and when shortcuts are off: it has no meaning of its own there. */
  readonly whileTyping?: true
  /** Goes on while the key is held. */
  readonly repeats?: true
}

/** Every shortcut of the page, in the order of the sheet that explains them. */
export const SHORTCUTS = [
  { id: 'playPause', keys: ['Space'], area: 'play', messageKey: 'settings.shortcut.playPause' },
  { id: 'playPauseWhileTyping', keys: ['Ctrl+Space'], area: 'play', messageKey: 'settings.shortcut.playPauseWhileTyping', whileTyping: true },
  { id: 'otherVoice', keys: ['O'], area: 'play', messageKey: 'settings.shortcut.otherVoice' },
  { id: 'nextLine', keys: ['J', 'ArrowDown'], area: 'move', messageKey: 'settings.shortcut.nextLine', repeats: true },
  { id: 'previousLine', keys: ['K', 'ArrowUp'], area: 'move', messageKey: 'settings.shortcut.previousLine', repeats: true },
  { id: 'nextProblem', keys: ['N'], area: 'move', messageKey: 'settings.shortcut.nextProblem' },
  { id: 'find', keys: ['/'], area: 'move', messageKey: 'settings.shortcut.find' },
  { id: 'editLine', keys: ['Enter'], area: 'edit', messageKey: 'settings.shortcut.editLine' },
  { id: 'saveAndSpeak', keys: ['Ctrl+Enter'], area: 'edit', messageKey: 'settings.shortcut.saveAndSpeak', whileTyping: true },
  { id: 'leave', keys: ['Escape'], area: 'edit', messageKey: 'settings.shortcut.leave', whileTyping: true },
  { id: 'split', keys: ['S'], area: 'edit', messageKey: 'settings.shortcut.split' },
  { id: 'merge', keys: ['M'], area: 'edit', messageKey: 'settings.shortcut.merge' },
  { id: 'nudgeEarlier', keys: ['['], area: 'edit', messageKey: 'settings.shortcut.nudgeEarlier', repeats: true },
  { id: 'nudgeLater', keys: [']'], area: 'edit', messageKey: 'settings.shortcut.nudgeLater', repeats: true },
  { id: 'undo', keys: ['Ctrl+Z'], area: 'edit', messageKey: 'settings.shortcut.undo', repeats: true },
  { id: 'redo', keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], area: 'edit', messageKey: 'settings.shortcut.redo', repeats: true },
  { id: 'sheet', keys: ['?'], area: 'page', messageKey: 'settings.shortcut.sheet' },
] as const satisfies readonly Shortcut[]

export type ShortcutId = (typeof SHORTCUTS)[number]['id']
export type ShortcutHandlers = Partial<Record<ShortcutId, () => void>>

/** Calls what stands for a shortcut when its keys are pressed and belong to nothing else. */
export function useShortcuts(handlers: ShortcutHandlers): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    const id = shortcutOf(event, shortcutsStore.get() === 'on')
    const handler = id === null ? undefined : handlers[id]
    if (handler === undefined) return
    event.preventDefault()
    handler()
  })
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      press(event)
    }
    document.addEventListener('keydown', listener)
    return () => {
      document.removeEventListener('keydown', listener)
    }
  }, [])
}

/** The shortcut that a key press stands for, or null. */
export function shortcutOf(event: KeyboardEvent, isOn: boolean): ShortcutId | null {
  if (event.defaultPrevented || event.isComposing) return null
  const place = placeOf(event)
  if (place === 'dialog' || place === 'control') return null
  const found = (SHORTCUTS as readonly (Shortcut & { id: ShortcutId })[]).find((shortcut) => shortcut.keys.some((keys) => isPressed(keys, event)))
  if (found === undefined || (event.repeat && found.repeats !== true)) return null
  const mayWork = found.whileTyping === true || (isOn && place === 'page')
  return mayWork ? found.id : null
}
