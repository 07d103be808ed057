interface Pattern {
  readonly name: string;
  readonly pattern: RegExp;
}

// The first that fits: each of these also claims to be what stands below it.
const BROWSERS: readonly Pattern[] = [
  { name: "Edge", pattern: /\bEdg(?:e|A|iOS)?\/(\d+)/ },
  { name: "Opera", pattern: /\bOPR\/(\d+)/ },
  { name: "Samsung Internet", pattern: /\bSamsungBrowser\/(\d+)/ },
  { name: "Firefox", pattern: /\b(?:Firefox|FxiOS)\/(\d+)/ },
  { name: "Chrome", pattern: /\b(?:HeadlessChrome|Chrome|CriOS)\/(\d+)/ },
  { name: "Safari", pattern: /\bVersion\/(\d+(?:\.\d+)?).*\bSafari\// },
];

const SYSTEMS: readonly Pattern[] = [
  { name: "iPhone, iOS", pattern: /\biPhone\b.*?\bOS (\d+(?:_\d+)?)/ },
  { name: "iPad, iPadOS", pattern: /\biPad\b.*?\bOS (\d+(?:_\d+)?)/ },
  { name: "Android", pattern: /\bAndroid (\d+(?:\.\d+)?)/ },
  { name: "ChromeOS", pattern: /\bCrOS\b()/ },
  // Browsers stopped telling later versions of these apart.
  { name: "Windows", pattern: /\bWindows NT\b()/ },
  { name: "macOS", pattern: /\bMacintosh\b()/ },
  { name: "Linux", pattern: /\b(?:Linux|X11)\b()/ },
];

/** What a user agent says of browser and system, in plain words; null when it says neither. */
export function deviceWords(userAgent: string): string | null {
  const found = [BROWSERS, SYSTEMS].map((patterns) => firstMatch(patterns, userAgent));
  const known = found.filter((words) => words !== null);
  return known.length === 0 ? null : known.join(" on ");
}

function firstMatch(patterns: readonly Pattern[], userAgent: string): string | null {
  for (const { name, pattern } of patterns) {
    const match = pattern.exec(userAgent);
    if (match) return `${name} ${match[1]!.replace("_", ".")}`.trimEnd();
  }
  return null;
}
