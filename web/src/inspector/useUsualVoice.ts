import { useQuery } from '@tanstack/react-query'
import { voicesQuery } from '../api/queries'
import type { Line } from '../api/types'
import { useStudio } from '../studio/context'
import { takesQuery } from './calls'

/** The name of the voice that speaks this line where none was chosen; null before it was spoken. */
export function useUsualVoice(line: Line | undefined): string | null {
  const { project, language } = useStudio()
  const takes = useQuery({ ...takesQuery(project.id, language, line?.id ?? 0), enabled: line !== undefined }).data?.items ?? []
  const voices = useQuery(voicesQuery(language)).data?.items ?? []
  const spoken = line?.voice == null ? takes.find((take) => take.current)?.voice : undefined
  return voices.find((voice) => voice.id === spoken)?.name ?? spoken ?? null
}
