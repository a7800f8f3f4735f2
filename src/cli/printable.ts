/**
 * A text as it may be shown on a terminal. Users choose their names: characters that steer a terminal or turn the
 * direction of what follows are shown as `\u001b` and the like.
 */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, escapeCharacter)
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Prints what a command did. */
export function printSentence(sentence: string): void {
  console.log(printable(sentence))
}
