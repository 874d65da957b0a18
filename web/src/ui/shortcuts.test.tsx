import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { shortcutsStore } from '../preferences/preferences'
import { SHORTCUTS, useShortcuts, type ShortcutHandlers, type ShortcutId } from './shortcuts'

type Press = Partial<KeyboardEventInit>

afterEach(() => {
  shortcutsStore.set('on')
})

function Page({ handlers }: { handlers: ShortcutHandlers }) {
  useShortcuts(handlers)
  return (
    <>
      <p>page</p>
      <input aria-label="name" />
      <button type="button">press</button>
      <div role="slider" aria-label="speed" aria-valuenow={1} tabIndex={0} />
      <div role="dialog" aria-label="ask">
        <p>asked</p>
      </div>
    </>
  )
}

/** The shortcuts that a key press on an element calls. */
function called(where: () => Element, press: Press): ShortcutId[] {
  const ids: ShortcutId[] = []
  const handlers = Object.fromEntries(SHORTCUTS.map(({ id }) => [id, () => ids.push(id)])) as ShortcutHandlers
  const { unmount } = render(<Page handlers={handlers} />)
  fireEvent.keyDown(where(), press)
  unmount()
  return ids
}

const onPage = () => screen.getByText('page')
const inField = () => screen.getByLabelText('name')
const onButton = () => screen.getByRole('button')
const onSlider = () => screen.getByRole('slider')
const inDialog = () => screen.getByText('asked')

test.each<[string, Press, ShortcutId]>([
  ['Space', { key: ' ' }, 'playPause'],
  ['Ctrl+Space', { key: ' ', ctrlKey: true }, 'playPauseWhileTyping'],
  ['O with caps lock', { key: 'O' }, 'otherVoice'],
  ['J', { key: 'j' }, 'nextLine'],
  ['an arrow', { key: 'ArrowUp' }, 'previousLine'],
  ['⌘Z', { key: 'z', metaKey: true }, 'undo'],
  ['Ctrl+Shift+Z', { key: 'Z', ctrlKey: true, shiftKey: true }, 'redo'],
  ['Ctrl+Y', { key: 'y', ctrlKey: true }, 'redo'],
  ['? that needs shift', { key: '?', shiftKey: true }, 'sheet'],
  ['/ that needs shift', { key: '/', shiftKey: true }, 'find'],
  ['J of an Arabic keyboard', { key: 'ت', code: 'KeyJ' }, 'nextLine'],
  ['? of an Arabic keyboard', { key: '؟', code: 'Slash', shiftKey: true }, 'sheet'],
  ['[ with AltGr', { key: '[', ctrlKey: true, altKey: true, modifierAltGraph: true }, 'nudgeEarlier'],
])('%s calls its shortcut', (_name, press, id) => {
  expect(called(onPage, press)).toEqual([id])
})

test.each<[string, Press]>([
  ['Ctrl+S, which saves the page in a browser', { key: 's', ctrlKey: true }],
  ['Alt+N', { key: 'n', altKey: true }],
  ['Shift+J', { key: 'J', shiftKey: true }],
  ['a key that a method of writing is composing with', { key: 'n', isComposing: true }],
])('%s calls nothing', (_name, press) => {
  expect(called(onPage, press)).toEqual([])
})

test('letters belong to the field that is written in', () => {
  expect(called(inField, { key: 'n' })).toEqual([])
  expect(called(inField, { key: 'z', ctrlKey: true })).toEqual([])
})

test('shortcuts for writing work in a field', () => {
  expect(called(inField, { key: 'Enter', ctrlKey: true })).toEqual(['saveAndSpeak'])
  expect(called(inField, { key: ' ', ctrlKey: true })).toEqual(['playPauseWhileTyping'])
  expect(called(inField, { key: 'Escape' })).toEqual(['leave'])
})

test('a button keeps the keys that press it, and only those', () => {
  expect(called(onButton, { key: ' ' })).toEqual([])
  expect(called(onButton, { key: 'Enter' })).toEqual([])
  expect(called(onButton, { key: 'o' })).toEqual(['otherVoice'])
})

test('a slider keeps its arrows', () => {
  expect(called(onSlider, { key: 'ArrowDown' })).toEqual([])
})

test('nothing of the page happens while a dialog is open', () => {
  expect(called(inDialog, { key: 'Escape' })).toEqual([])
  expect(called(inDialog, { key: 'n' })).toEqual([])
})

test('a held key repeats moving, and does not toggle', () => {
  expect(called(onPage, { key: 'j', repeat: true })).toEqual(['nextLine'])
  expect(called(onPage, { key: ' ', repeat: true })).toEqual([])
})

test('switched off, letters do nothing and writing keeps its keys', () => {
  shortcutsStore.set('off')
  expect(called(onPage, { key: 'n' })).toEqual([])
  expect(called(inField, { key: 'Enter', ctrlKey: true })).toEqual(['saveAndSpeak'])
})

test('the browser does not act on a key that a shortcut took', () => {
  render(<Page handlers={{ find: vi.fn() }} />)
  expect(fireEvent.keyDown(onPage(), { key: '/' })).toBe(false)
  expect(fireEvent.keyDown(onPage(), { key: 'n' })).toBe(true)
})

test('no two shortcuts have the same keys', () => {
  const keys = SHORTCUTS.flatMap((shortcut) => [...shortcut.keys])
  expect(new Set(keys).size).toBe(keys.length)
})
