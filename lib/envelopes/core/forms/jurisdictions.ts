/** The United States, and each of its states and territories by its postal code. */
export const US = "US";

const STATES: Readonly<Record<string, string>> = {
  ...{ AL: "Alabama", AK: "Alaska", AZ: "Arizona", AR: "Arkansas", CA: "California", CO: "Colorado" },
  ...{ CT: "Connecticut", DE: "Delaware", FL: "Florida", GA: "Georgia", HI: "Hawaii", ID: "Idaho" },
  ...{ IL: "Illinois", IN: "Indiana", IA: "Iowa", KS: "Kansas", KY: "Kentucky", LA: "Louisiana" },
  ...{ ME: "Maine", MD: "Maryland", MA: "Massachusetts", MI: "Michigan", MN: "Minnesota" },
  ...{ MS: "Mississippi", MO: "Missouri", MT: "Montana", NE: "Nebraska", NV: "Nevada" },
  ...{ NH: "New Hampshire", NJ: "New Jersey", NM: "New Mexico", NY: "New York", NC: "North Carolina" },
  ...{ ND: "North Dakota", OH: "Ohio", OK: "Oklahoma", OR: "Oregon", PA: "Pennsylvania" },
  ...{ RI: "Rhode Island", SC: "South Carolina", SD: "South Dakota", TN: "Tennessee", TX: "Texas" },
  ...{ UT: "Utah", VT: "Vermont", VA: "Virginia", WA: "Washington", WV: "West Virginia" },
  ...{ WI: "Wisconsin", WY: "Wyoming" },
  ...{ DC: "District of Columbia", AS: "American Samoa", GU: "Guam", MP: "Northern Mariana Islands" },
  ...{ PR: "Puerto Rico", VI: "U.S. Virgin Islands" },
};

/** ISO 3166-2 codes of the states and territories, with the names that forms carry. */
export const US_STATES: readonly { readonly code: string; readonly name: string }[] = Object.entries(
  STATES,
).map(([code, name]) => ({ code: `US-${code}`, name }));

const FEDERAL = new Set(["us", "usa", "united states", "united states of america", "federal", "us federal"]);

const nameKey = (text: string): string =>
  text
    .replaceAll(".", "")
    .replaceAll(/[_\s]+/g, " ")
    .trim()
    .toLowerCase();

const BY_NAME = new Map(US_STATES.map(({ code, name }) => [nameKey(name), code]));

let byCountry: ReadonlyMap<string, string> | null = null;

/** Countries by their English names. */
function countries(): ReadonlyMap<string, string> {
  if (byCountry) return byCountry;
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const found = letters.flatMap((first) =>
    letters.flatMap((second): [string, string][] => {
      const name = names.of(first + second);
      return name ? [[name.toLowerCase(), first + second]] : [];
    }),
  );
  byCountry = new Map(found);
  return byCountry;
}

/** A country (ISO 3166-1 alpha-2), or one of its parts (ISO 3166-2). */
const CODE = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

/**
 * The code of a jurisdiction as people write it: `US`, `Federal`, `US-CA`, `CA` or `California` for the state, `DE-BY`.
 * Two letters alone that are a state's are that state: catalogues of forms come from the United States, and who means
 * Canada writes `Canada` or `CA-ON`. Null for what is neither.
 */
export function jurisdictionOf(text: string): string | null {
  const name = nameKey(text);
  if (FEDERAL.has(name)) return US;
  const state = BY_NAME.get(name);
  if (state) return state;
  const country = countries().get(name);
  if (country) return country;
  const code = name.toUpperCase().replace(" ", "-");
  if (STATES[code] !== undefined) return `US-${code}`;
  if (!CODE.test(code)) return null;
  return code.startsWith("US-") && STATES[code.slice(3)] === undefined ? null : code;
}

/** What it is called in a language; a part of a country that we have no name for keeps its code. */
export function jurisdictionName(code: string, locale: string, federal: string): string {
  if (code === US) return federal;
  const state = STATES[code.slice(3)];
  if (code.startsWith("US-") && state) return state;
  const [country, part] = code.split("-");
  const name = new Intl.DisplayNames([locale], { type: "region", fallback: "code" }).of(country!) ?? country!;
  return part ? `${name}, ${part}` : name;
}
