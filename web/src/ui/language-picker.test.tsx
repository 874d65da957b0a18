import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { describe, expect, it } from 'vitest'
import en from '../locales/en'
import { MessagesProvider } from '../i18n/messages'
import { LanguagePicker, LanguagesPicker } from './language-picker'
// The boxes are loaded when they are needed; here they are needed at once.
import './language-box'
import './languages-box'

const ALL = ['en', 'pt', 'es']

function Several({ first }: { first: string[] }) {
  const [value, setValue] = useState(first)
  return (
    <MessagesProvider first={{ locale: 'en', catalogue: en }}>
      <LanguagesPicker label="Dub into" languages={ALL} value={value} onChange={setValue} />
      <button onClick={() => { setValue(['pt']) }}>from outside</button>
      <output>{value.join(' ')}</output>
    </MessagesProvider>
  )
}

const chosen = () => document.querySelector('output')?.textContent

function One({ none }: { none?: string }) {
  const [value, setValue] = useState<string | null>(null)
  return (
    <MessagesProvider first={{ locale: 'en', catalogue: en }}>
      <LanguagePicker label="Spoken" languages={ALL} value={value} onChange={setValue} none={none} />
      <output>{value ?? 'none'}</output>
    </MessagesProvider>
  )
}

describe('LanguagePicker', () => {
  it('takes a language by its code, and goes back to none', async () => {
    render(<One none="Detect" />)
    const box = await screen.findByRole('combobox', { name: 'Spoken' })
    await waitFor(() => {
      expect(box).toHaveProperty('value', 'Detect')
    })
    await userEvent.clear(box)
    await userEvent.type(box, 'pt{Enter}')
    expect(chosen()).toBe('pt')
    expect(box).toHaveProperty('value', 'Portuguese')
    await userEvent.clear(box)
    await userEvent.type(box, 'det{Enter}')
    expect(chosen()).toBe('none')
  })

  it('says so when no language fits', async () => {
    render(<One none="Detect" />)
    const box = await screen.findByRole('combobox', { name: 'Spoken' })
    await userEvent.clear(box)
    await userEvent.type(box, 'klingon')
    expect(screen.getByText('No such language is offered here.')).toBeTruthy()
  })
})

describe('LanguagesPicker', () => {
  it('takes a language by its own name with Enter', async () => {
    render(<Several first={['en']} />)
    const box = await screen.findByRole('combobox', { name: 'Dub into' })
    await userEvent.click(box)
    await userEvent.type(box, 'espa{Enter}')
    expect(chosen()).toBe('en es')
    expect(box).toHaveProperty('value', '')
    await userEvent.tab()
    expect(chosen()).toBe('en es')
  })

  it('gives a language up by its tag', async () => {
    render(<Several first={['en', 'pt']} />)
    await userEvent.click(await screen.findByRole('button', { name: /Remove English/ }))
    expect(chosen()).toBe('pt')
  })

  it('shows what was chosen elsewhere', async () => {
    render(<Several first={['en']} />)
    await screen.findByRole('combobox', { name: 'Dub into' })
    await userEvent.click(screen.getByText('from outside'))
    expect(await screen.findByRole('row', { name: 'Portuguese' })).toBeTruthy()
  })
})
