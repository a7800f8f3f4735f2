const maxParts = 32
/** The headers of a part: its field's name, and perhaps a type. */
const maxHeadLength = 512

/**
 * Whether a multipart body has no more parts, and no longer headers of them, than a form has. The platform's parser takes
 * milliseconds for 16 KiB that consist of little else.
 */
export function isModestMultipart(text: string, contentType: string): boolean {
  const [, boundary] = /;[ \t]*boundary="?([^";\s]+)/i.exec(contentType) ?? []
  // Without one, the parser refuses it at once.
  if (boundary === undefined) return true

  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`)
  // The last is what follows the end.
  return parts.length <= maxParts + 1 && parts.every(hasShortHead)
}

function hasShortHead(part: string): boolean {
  return part.length <= maxHeadLength || part.slice(0, maxHeadLength).includes('\r\n\r\n')
}
