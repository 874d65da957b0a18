import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { glossariesQuery } from '../api/queries'
import type { Glossary } from '../api/types'
import { useMessages } from '../i18n/messages'
import fields from '../ui/fields.module.css'
import { languageName } from '../ui/language-names'
import { useStore } from '../ui/store'
import { choicesStore, choose } from './current'
import styles from './home.module.css'
import type { Wanted } from './wanted'

/** The glossaries that count for the chosen languages. */
export function GlossaryChoices({ wanted }: { wanted: Wanted }) {
  const { t, locale } = useMessages()
  const { glossaries } = useStore(choicesStore)
  const { data } = useQuery(glossariesQuery)
  const offered = (data?.items ?? []).filter((glossary) => counts(glossary, wanted))
  if (offered.length === 0) {
    return (
      <p className={fields.description}>
        {t('home.glossaries.none')} <Link to="/glossaries">{t('home.glossaries.make')}</Link>
      </p>
    )
  }
  return (
    <CheckboxGroup
      className={styles.glossaries}
      value={[...glossaries]}
      onChange={(chosen) => {
        choose({ glossaries: chosen })
      }}
    >
      <Label className={fields.label}>{t('home.glossaries')}</Label>
      {offered.map((glossary) => (
        <Checkbox key={glossary.id} value={glossary.id} className={fields.checkbox}>
          <span className={fields.box} aria-hidden="true" />
          <span>
            <bdi>{glossary.name}</bdi>{' '}
            <span className={fields.description}>
              {`${languageName(glossary.source_language, locale)} → ${languageName(glossary.target_language, locale)}`}
            </span>
          </span>
        </Checkbox>
      ))}
    </CheckboxGroup>
  )
}

function counts(glossary: Glossary, wanted: Wanted): boolean {
  const isFrom = wanted.spoken === null || base(wanted.spoken) === base(glossary.source_language)
  return isFrom && wanted.targets.some((target) => base(target) === base(glossary.target_language))
}

function base(tag: string): string {
  return tag.split('-')[0] ?? tag
}
