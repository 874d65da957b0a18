import { answer, api } from '../api/client'

/** Whether a key is one of this service's. Throws `Problem`, with the status 401 where it is not. */
export async function checkKey(key: string): Promise<void> {
  await answer(api.GET('/v1/account', { headers: { Authorization: `Bearer ${encodeURIComponent(key)}` } }))
}
