import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import type { Project, Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { languageName } from '../../ui/language-names'
import header from './header.module.css'
import { useEditedCounts } from './useEditedCounts'

const AddLanguage = lazy(() => import('./AddLanguage'))

/** The project's languages, each with how it stands, and a way to one more. */
export function LanguageTabs({ project, open }: { project: Project; open: string | null }) {
  const { t, locale } = useMessages()
  const edited = useEditedCounts(project, open)
  return (
    <nav className={header.tabs} aria-label={t('studio.languages')}>
      {project.targets.map((target) => (
        <Link
          key={target.id}
          from="/p/$project"
          search={(before) => ({ ...before, lang: target.language })}
          replace
          resetScroll={false}
          className={header.tab}
          aria-current={target.language === open ? 'page' : undefined}
          title={languageName(target.language, locale)}
        >
          <span lang={target.language} dir="auto">
            {languageName(target.language, target.language)}
          </span>
          <TargetState target={target} edited={edited.get(target.language) ?? 0} />
        </Link>
      ))}
      <Suspense fallback={<span className={header.addSoon} />}>
        <AddLanguage project={project} />
      </Suspense>
    </nav>
  )
}

/** How a language stands, in a mark and in words. */
function TargetState({ target, edited }: { target: Target; edited: number }) {
  const { t } = useMessages()
  const status = edited > 0 && target.status === 'ready' ? 'stale' : target.status
  const words = status === 'stale' && edited > 0 ? t('studio.target.edited', { n: edited }) : t(`studio.target.${status}`)
  return (
    <span className={header.targetState} data-status={status}>
      {status === 'ready' && <span aria-hidden="true">✓</span>}
      {status === 'stale' && edited > 0 && <b aria-hidden="true">{edited}</b>}
      <span className={status === 'ready' || (status === 'stale' && edited > 0) ? 'visually-hidden' : undefined}>{words}</span>
    </span>
  )
}
