import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { loadCatalogue } from '../i18n/locales'
import { MessagesProvider } from '../i18n/messages'
import { problemsOf, rowsOf, termsOf } from './terms'
import { TermTable } from './TermTable'

const catalogue = await loadCatalogue('en')

function Page({ terms }: { terms: Record<string, string> }) {
  const [rows, setRows] = useState(() => rowsOf(terms))
  return (
    <MessagesProvider first={{ locale: 'en', catalogue }}>
      <TermTable rows={rows} problems={problemsOf(rows)} onChange={setRows} source="en" target="pt" />
      <output>{JSON.stringify(termsOf(rows))}</output>
    </MessagesProvider>
  )
}

const kept = () => JSON.parse(screen.getByRole('status').textContent) as unknown
const paste = (text: string) => fireEvent.paste(screen.getByLabelText('Term 1'), { clipboardData: { getData: () => text } })

test('a pasted table becomes rows after those that are there', () => {
  render(<Page terms={{ loom: 'tear' }} />)
  paste('warp\turdume\nweft\ttrama')
  expect(kept()).toEqual({ loom: 'tear', warp: 'urdume', weft: 'trama' })
})

test('a pasted word goes into its field as everywhere', () => {
  render(<Page terms={{ loom: 'tear' }} />)
  expect(paste('hand loom')).toBe(true)
  expect(kept()).toEqual({ loom: 'tear' })
})

test('a term is kept as it is with one press', async () => {
  render(<Page terms={{ 'Acme Cloud': '' }} />)
  expect(screen.getByLabelText('Term 1').getAttribute('aria-invalid')).toBe('true')
  await userEvent.click(screen.getByRole('button', { name: 'Keep as is' }))
  expect(kept()).toEqual({ 'Acme Cloud': 'Acme Cloud' })
  expect(screen.getByLabelText('Term 1').getAttribute('aria-invalid')).toBe('false')
})

test('a removed row takes nothing else with it', async () => {
  render(<Page terms={{ loom: 'tear', warp: 'urdume' }} />)
  await userEvent.click(screen.getByRole('button', { name: 'Remove term 1' }))
  expect(kept()).toEqual({ warp: 'urdume' })
})
