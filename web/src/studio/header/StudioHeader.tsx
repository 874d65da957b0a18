import { lazy, Suspense } from 'react'
import type { Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { useStudio } from '../context'
import { languageName } from '../../ui/language-names'
import { EditButtons } from './EditButtons'
import { LanguageTabs } from './LanguageTabs'
import { LookButton } from './LookButton'
import { ProjectTitle } from './ProjectTitle'
import header from './header.module.css'

const ProjectMenus = lazy(() => import('./ProjectMenus'))

/** What is open, in which languages, how it stands, and what to do with the whole of it. */
export function StudioHeader({ target }: { target: Target | null }) {
  const { t, locale } = useMessages()
  const { project, script, lines } = useStudio()
  const spoken = project.source_language
  return (
    <header className={header.head}>
      <div className={header.what}>
        <ProjectTitle project={project} />
        <div className={header.languages}>
          <span className={header.spoken}>{spoken === null ? t('studio.language.unknown') : languageName(spoken, locale)}</span>
          <span aria-hidden="true" className={header.arrow}>
            →
          </span>
          <LanguageTabs project={project} open={target?.language ?? null} />
        </div>
      </div>
      <div className={header.state}>
        {script !== null && <span className={header.count}>{t('studio.lineCount', { n: lines.length })}</span>}
        <LookButton />
        {target !== null && <EditButtons target={target} />}
      </div>
      <div className={header.menus}>
        <Suspense fallback={<span className={header.menusSoon} />}>
          <ProjectMenus project={project} target={target} />
        </Suspense>
      </div>
    </header>
  )
}
