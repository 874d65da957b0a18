import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { Button } from 'react-aria-components'
import { projectQuery } from '../../api/queries'
import type { Project } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { renameProject } from '../calls'
import { useChanging } from '../useChanging'
import header from './header.module.css'

const LONGEST = 200

/** The project's name, to be changed where it stands. */
export function ProjectTitle({ project }: { project: Project }) {
  const { t } = useMessages()
  const queries = useQueryClient()
  const change = useChanging()
  const [written, setWritten] = useState<string | null>(null)
  const save = (event?: FormEvent) => {
    event?.preventDefault()
    setWritten(null)
    const name = written?.trim() ?? ''
    if (name === '' || name === project.name) return
    const { queryKey } = projectQuery(project.id)
    queries.setQueryData(queryKey, { ...project, name })
    change(() =>
      renameProject(project, name).finally(() => {
        void queries.invalidateQueries({ queryKey })
      }),
    )
  }
  if (written !== null) {
    return (
      <form className={header.titleForm} onSubmit={save}>
        <input
          className={header.titleField}
          aria-label={t('studio.title.field')}
          value={written}
          maxLength={LONGEST}
          dir="auto"
          autoFocus
          onFocus={(event) => {
            event.currentTarget.select()
          }}
          onChange={(event) => {
            setWritten(event.currentTarget.value)
          }}
          onBlur={() => {
            save()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setWritten(null)
          }}
        />
      </form>
    )
  }
  return (
    <h1 className={header.title} dir="auto" title={project.name}>
      <Button
        className={header.titleButton}
        aria-label={t('studio.title.change', { name: project.name })}
        onPress={() => {
          setWritten(project.name)
        }}
      >
        {project.name}
      </Button>
    </h1>
  )
}
