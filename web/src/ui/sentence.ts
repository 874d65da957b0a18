/** A text of the server as a sentence: with a capital and an end. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1)
  return whole === '' || /[.!?…]$/.test(whole) ? whole : `${whole}.`
}
