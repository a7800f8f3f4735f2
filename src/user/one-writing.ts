/** The scripts that are written today (UAX #31, tables 5 and 7), by their codes in ISO 15924. */
const scripts =
  'Latn Cyrl Grek Arab Hebr Armn Geor Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Thai Laoo Tibt Mymr Khmr Ethi ' +
  'Hang Hani Hira Kana Bopo Thaa Adlm Bali Bamu Batk Cakm Cans Cham Cher Hmnp Java Kali Lana Lepc Limb Lisu Mand Mtei ' +
  'Newa Nkoo Olck Osge Plrd Rohg Saur Sund Sylo Syrc Tale Talu Tavt Tfng Vaii Wcho Yiii'

/** Those that are written together: Japanese, Chinese and Korean, each beside Latin. */
const mixtures = ['Latn Hani Hira Kana', 'Latn Hani Bopo', 'Latn Hani Hang']

const ascii = /^[\x20-\x7e]*$/
/** What belongs to every script: digits, hyphens, many marks. */
const common = /[\p{scx=Zyyy}\p{scx=Zinh}]/gu

let writings: readonly RegExp[] | null = null

/**
 * Whether a text is of one script, or Latin with what Chinese, Japanese or Korean is written in: "Highly Restrictive" of
 * UTS #39, section 5.2. An `а` of Cyrillic among Latin letters is neither; a word that is Cyrillic as a whole is one script.
 */
export function isOneWriting(text: string): boolean {
  if (ascii.test(text)) return true
  // Late, since they take milliseconds to make.
  writings ??= [...scripts.split(' '), ...mixtures].map(toForm)
  const letters = text.replaceAll(common, '')
  return writings.some((writing) => writing.test(letters))
}

function toForm(codes: string): RegExp {
  const classes = codes.split(' ').map((code) => `\\p{scx=${code}}`)
  return new RegExp(`^[${classes.join('')}]*$`, 'u')
}
