import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { use } from 'react'
import { Checkbox, CheckboxGroup, Label } from 'react-aria-components'
import { problemOf } from '../api/problem'
import { glossariesQuery } from '../api/queries'
import type { Glossary, Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { StudioContext } from '../studio/context'
import fields from '../ui/fields.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { isForLanguages, offered } from './fitting'
import { Pair } from './Pair'
import { QuickTerm } from './QuickTerm'
import { useChooseGlossaries } from './queries'
import styles from './project.module.css'

/** Which glossaries a project follows, and a quick way to fix one more word. */
export function ProjectGlossaries({ project }: { project: Project }) {
  const { t } = useMessages()
  const asked = useQuery(glossariesQuery)
  const choose = useChooseGlossaries(project)
  const targets = project.targets.map(({ language }) => language)
  const language = use(StudioContext)?.language ?? targets[0] ?? ''
  const used = project.settings.glossaries ?? []
  const shown = offered(asked.data?.items ?? [], project.source_language, targets, used)
  return (
    <div className={styles.panel}>
      {asked.error !== null && <ProblemNotice problem={problemOf(asked.error)} onRetry={() => void asked.refetch()} />}
      {shown.length > 0 && (
        <CheckboxGroup
          className={styles.choice}
          value={[...used]}
          isDisabled={choose.isPending}
          onChange={(chosen) => {
            choose.mutate(chosen)
          }}
        >
          <Label className={fields.label}>{t('glossary.follow')}</Label>
          {shown.map((glossary) => (
            <Choice key={glossary.id} glossary={glossary} isFitting={isForLanguages(glossary, project.source_language, targets)} />
          ))}
        </CheckboxGroup>
      )}
      {asked.data !== undefined && shown.length === 0 && <p className={styles.hint}>{t('glossary.noneForProject')}</p>}
      {choose.error !== null && <ProblemNotice problem={problemOf(choose.error)} />}
      {project.source_language === null || language === '' ? (
        <p className={styles.hint}>{t('glossary.languageFirst')}</p>
      ) : (
        <QuickTerm project={project} source={project.source_language} target={language} glossaries={shown} />
      )}
      <Link to="/glossaries">{t('glossary.all')}</Link>
    </div>
  )
}

function Choice({ glossary, isFitting }: { glossary: Glossary; isFitting: boolean }) {
  const { t } = useMessages()
  return (
    <Checkbox value={glossary.id} className={fields.checkbox}>
      <span className={fields.box} aria-hidden="true" />
      <span className={styles.name}>
        <bdi>{glossary.name}</bdi>
        <span className={styles.facts}>
          <Pair source={glossary.source_language} target={glossary.target_language} /> · {t('glossary.terms', { n: Object.keys(glossary.terms).length })}
        </span>
        {!isFitting && <span className={styles.facts}>{t('glossary.otherLanguages')}</span>}
      </span>
    </Checkbox>
  )
}
