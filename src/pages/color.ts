// The names of CSS Color 4, section 6.1, with the one keyword that is a color of its own.
const colorNames: ReadonlySet<string> = new Set(
  `aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown burlywood
  cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan darkgoldenrod darkgray
  darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred darksalmon darkseagreen
  darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue
  firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew
  hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral lightcyan
  lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen lightskyblue lightslategray
  lightslategrey lightsteelblue lightyellow lime limegreen linen magenta maroon mediumaquamarine mediumblue
  mediumorchid mediumpurple mediumseagreen mediumslateblue mediumspringgreen mediumturquoise mediumvioletred
  midnightblue mintcream mistyrose moccasin navajowhite navy oldlace olive olivedrab orange orangered orchid
  palegoldenrod palegreen paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple
  rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue
  slateblue slategray slategrey snow springgreen steelblue tan teal thistle tomato turquoise violet wheat white
  whitesmoke yellow yellowgreen transparent`.split(/\s+/),
)

const hex = /^#(?:[0-9a-f]{3}|[0-9a-f]{4}|[0-9a-f]{6}|[0-9a-f]{8})$/i
const number = String.raw`(?:[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:%|deg|rad|turn|grad)?|none)`
const separator = String.raw`(?: ?[,/] ?| )`
const colorFunction = new RegExp(
  String.raw`^(?:(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\( ?|color\( ?[a-z][a-z0-9-]* )` +
    String.raw`${number}(?:${separator}${number}){2,3} ?\)$`,
  'i',
)

/** Whether this is a CSS color: hexadecimal, a name, or a function of plain numbers such as `oklch(60% 0.2 250)`. */
export function isColor(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 100) return false
  return hex.test(value) || colorFunction.test(value) || colorNames.has(value.toLowerCase())
}
