import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { projectQuery } from '../../api/queries'
import { problemOf, type Problem } from '../../api/problem'
import type { Project } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { size } from '../../ui/amounts'
import buttons from '../../ui/buttons.module.css'
import { languageName } from '../../ui/language-names'
import { ProblemNotice } from '../../ui/ProblemNotice'
import { Window } from '../../ui/Window'
import windows from '../../ui/window.module.css'
import { deleteProject, deleteTarget } from '../calls'

interface Props {
  project: Project
  /** The language to delete; null for the whole project. */
  language: string | null
  onClose: () => void
}

/** Asks before anything is deleted: nothing brings it back. */
export default function DeleteWindow({ project, language, onClose }: Props) {
  const { t, locale } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [problem, setProblem] = useState<Problem | null>(null)
  const [isDeleting, setIsDeleting] = useState(false)
  const remove = async () => {
    if (language === null) {
      await deleteProject(project.id)
      await navigate({ to: '/library' })
      queries.removeQueries({ queryKey: projectQuery(project.id).queryKey })
    } else {
      await deleteTarget(project.id, language)
      await queries.invalidateQueries({ queryKey: projectQuery(project.id).queryKey })
    }
    await queries.invalidateQueries({ queryKey: ['projects'] })
  }
  const confirm = () => {
    setIsDeleting(true)
    remove().then(onClose, (thrown: unknown) => {
      setProblem(problemOf(thrown))
      setIsDeleting(false)
    })
  }
  const name = language === null ? project.name : languageName(language, locale)
  return (
    <Window title={t('studio.delete.title', { name })} role="alertdialog" onClose={onClose}>
      <p>{language === null ? t('studio.delete.projectText', { size: size(project.stored_bytes, locale) }) : t('studio.delete.languageText')}</p>
      {problem !== null && <ProblemNotice problem={problem} />}
      <div className={windows.actions}>
        <Button className={buttons.plain} autoFocus onPress={onClose}>
          {t('studio.delete.keep')}
        </Button>
        <Button className={buttons.danger} isDisabled={isDeleting} onPress={confirm}>
          {t('common.delete')}
        </Button>
      </div>
    </Window>
  )
}
