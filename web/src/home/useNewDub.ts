import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { languagesQuery } from '../api/queries'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStore } from '../ui/store'
import { tell } from '../ui/toasts'
import { choicesStore, linkStore, newDub } from './current'
import { NO_LINK } from './links'
import { sorted, targetsFrom, usualTarget } from './pairs'
import { wantedOf, type Wanted } from './wanted'

/** What is wanted now, of what was chosen and what is possible; the dub in preparation is kept to it. */
export function useWanted(): Wanted {
  const choices = useStore(choicesStore)
  const told = toldLanguage(useStore(newDub.state).project)
  const { data: languages } = useQuery(languagesQuery)
  const wanted = useMemo(() => {
    const possible = languages === undefined ? [] : targetsFrom(languages, choices.spoken)
    const usual = usualTarget(possible, navigator.languages, told)
    const chosen = choices.targets ?? (usual === null ? [] : [usual])
    return wantedOf(choices, sorted(chosen, possible).taken)
  }, [choices, languages, told])
  useEffect(() => {
    newDub.want(wanted)
  }, [wanted])
  return wanted
}

/** The language that a video says it is in; null where it says nothing. */
function toldLanguage(project: Project | null): string | null {
  const tracks = project?.source?.audio ?? []
  return (tracks.find((track) => track.is_default) ?? tracks[0])?.language ?? null
}

/** Goes to the studio once the dub has begun; from another page it offers to. */
export function useGoingOn(): void {
  const { t } = useMessages()
  const navigate = useNavigate()
  const queries = useQueryClient()
  useEffect(() => {
    newDub.onChanged = () => void queries.invalidateQueries({ queryKey: ['projects'] })
  }, [queries])
  useEffect(() => {
    const open = ({ id, targets }: Project) =>
      void navigate({ to: '/p/$project', params: { project: id }, search: { lang: targets[0]?.language } })
    newDub.onBegun = (project) => {
      linkStore.set(NO_LINK)
      open(project)
    }
    return () => {
      newDub.onBegun = (project) => {
        const run = () => {
          open(project)
        }
        tell(t('home.begun', { name: project.name }), { label: t('home.open'), run })
      }
    }
  }, [navigate, t])
}
