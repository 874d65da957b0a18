import { lazy, Suspense } from 'react'
import { useMessages } from '../i18n/messages'
import fields from './fields.module.css'
import { languageName } from './language-names'
import picker from './language-picker.module.css'

// Combo boxes are heavy; a field of the same size stands in their place until they are here.
const OneLanguage = lazy(() => import('./language-box').then((module) => ({ default: module.OneLanguage })))
const SeveralLanguages = lazy(() => import('./languages-box').then((module) => ({ default: module.SeveralLanguages })))

interface Shared {
  label: string
  /** What is offered, and nothing else. */
  languages: readonly string[]
  description?: string
  isDisabled?: boolean
}

export interface OneLanguageProps extends Shared {
  /** Null stands for `none`. */
  value: string | null
  onChange: (language: string | null) => void
  /** What no language means here, such as "Detect"; left out: there must be one. */
  none?: string
}

export interface SeveralLanguagesProps extends Shared {
  value: readonly string[]
  onChange: (languages: string[]) => void
}

/** A field to choose one language in, by its name, its own name or its code. */
export function LanguagePicker(props: OneLanguageProps) {
  const { locale } = useMessages()
  const shown = props.value === null ? (props.none ?? '') : languageName(props.value, locale)
  return (
    <Suspense fallback={<Coming label={props.label} shown={shown} />}>
      <OneLanguage {...props} />
    </Suspense>
  )
}

/** A field to choose several languages in; each chosen one is a tag that can be taken away. */
export function LanguagesPicker(props: SeveralLanguagesProps) {
  const { locale } = useMessages()
  const shown = props.value.map((tag) => languageName(tag, locale)).join(', ')
  return (
    <Suspense fallback={<Coming label={props.label} shown={shown} />}>
      <SeveralLanguages {...props} />
    </Suspense>
  )
}

function Coming({ label, shown }: { label: string; shown: string }) {
  return (
    <div className={fields.field}>
      <span className={fields.label}>{label}</span>
      <div className={`${fields.input} ${picker.coming}`}>{shown}</div>
    </div>
  )
}
