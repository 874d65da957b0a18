const TOKEN = /^dw_([a-z2-7]{20})_/

/** The id of a key by what was signed in with; null where that is none. */
export function keyIdOf(token: string): string | null {
  const found = TOKEN.exec(token)
  return found?.[1] === undefined ? null : `key_${found[1]}`
}
