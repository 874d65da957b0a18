import { useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Edits } from '../edits/edits'
import { createEdits } from '../edits/projectEdits'

/** The edits of one language of a project, with what can be undone. */
export function useEdits(project: string, language: string): Edits {
  const queries = useQueryClient()
  return useMemo(() => createEdits(queries, project, language), [queries, project, language])
}
