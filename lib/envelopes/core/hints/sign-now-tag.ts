import { type FieldSettings, SETTING_LIMITS } from "../fields/field-settings.ts";
import type { FieldType } from "../fields/field-types.ts";
import type { DateStyle } from "../fields/written-answer.ts";
import { isYes, signerOf, type Tag, typeOf } from "./tag-words.ts";

/** `t:s;r:y;o:"Signer 1";w:100;h:15;` — signNow. What a field of ours cannot hold is named, not dropped. */
export function readSignNow(inner: string): Tag | null {
  if (!/^\s*t\s*:/.test(inner)) return null;
  const parts = new Map(
    inner.split(";").flatMap((part): [string, string][] => {
      const at = part.indexOf(":");
      return at < 0 ? [] : [[part.slice(0, at).trim().toLowerCase(), plain(part.slice(at + 1))]];
    }),
  );
  const kind = parts.get("t")!.toLowerCase();
  const said = SIGN_NOW_TYPES[kind] ?? typeOf(kind);
  if (!said) return null;
  const options = listOf(parts.get("dd"));
  const shaped = options.length > 0 ? ({ type: "dropdown" } as const) : shapeOf(said, parts);
  const { type, used = [] } = shaped;
  const settings = { ...shaped.settings, ...settingsOf(type, parts) };
  const known = new Set(["t", "r", "o", "l", "w", "h", "dd", ...used, ...keysOf(type, parts)]);
  const size = (key: string) => Number(parts.get(key)) || undefined;
  const lines = type === "text" ? Math.min(20, Math.max(1, Number(parts.get("i")) || 1)) : 1;
  const heightPt = size("h");
  return {
    ...{
      type,
      label: parts.get("l") ?? "",
      isRequired: isYes(parts.get("r")),
      signer: signerOf(parts.get("o")),
    },
    ...{ widthPt: size("w"), heightPt: heightPt && heightPt * lines, options, settings },
    left: [...parts]
      .filter(([key, value]) => !known.has(key) && value !== "")
      .map(([key, value]) => `${key}:${value}`),
  };
}

const SIGN_NOW_TYPES: Readonly<Record<string, FieldType>> = { f: "attachment", h: "link" };

const plain = (text: string): string => text.trim().replace(/^"|"$/g, "").trim();
const listOf = (text = ""): string[] =>
  text
    .split(/[,|]/)
    .map((one) => one.trim())
    .filter(Boolean);

/** Its validators for days, by which it knows them. */
const DAY_VALIDATORS = [
  "13435fa6c2a17f83177fcbb5c4a9376ce85befeb",
  "059b068ef8ee5cc27e09ba79af58f9e805b7c2b3",
];
const DATE_FORMATS: Readonly<Record<string, DateStyle>> = {
  ...{ "mm/dd/yyyy": "03/01/2026", "yyyy-mm-dd": "2026-03-01" },
  ...{ "dd.mm.yyyy": "01.03.2026", "d mmm yyyy": "1 Mar 2026" },
};
const VALIDATED: Readonly<Record<string, FieldType>> = {
  ...{ date: "day", email: "email", number: "number", numbers: "number", numeric: "number" },
  ...{ phone: "phone", currency: "amount", ssn: "ssn", ein: "ein", zip: "zip" },
};

interface Shape {
  readonly type: FieldType;
  readonly settings?: FieldSettings;
  /** Keys that say so. */
  readonly used?: readonly string[];
}

/** A text becomes what its format, validator or locked day make of it. */
function shapeOf(type: FieldType, parts: ReadonlyMap<string, string>): Shape {
  if (isYes(parts.get("lsd")) && (type === "text" || type === "date")) return { type: "date", used: ["lsd"] };
  const [format, validator] = [parts.get("f")?.toLowerCase() ?? "", parts.get("v")?.toLowerCase() ?? ""];
  const dateStyle = DATE_FORMATS[format];
  if (type === "date" && dateStyle) return { type, settings: { dateStyle }, used: ["f"] };
  if (type !== "text") return { type };
  const isDay = dateStyle || DAY_VALIDATORS.includes(validator);
  const meant = isDay ? "day" : (VALIDATED[validator] ?? VALIDATED[format]);
  if (!meant) return { type };
  const used = [
    ...(dateStyle || VALIDATED[format] ? ["f"] : []),
    ...(VALIDATED[validator] || DAY_VALIDATORS.includes(validator) ? ["v"] : []),
  ];
  return { type: meant, settings: dateStyle ? { dateStyle } : {}, used };
}

const ALIGNS = { l: "left", c: "center", r: "right" } as const;

/** What stands in it at first, how it is set, and to which group it belongs. */
function settingsOf(type: FieldType, parts: ReadonlyMap<string, string>): FieldSettings {
  const value = parts.get("p")?.slice(0, SETTING_LIMITS.text);
  const align = ALIGNS[parts.get("al") as keyof typeof ALIGNS];
  const group = parts.get("rn")?.slice(0, SETTING_LIMITS.group);
  const option = parts.get("rv")?.slice(0, SETTING_LIMITS.option);
  const url = parts.get("lk")?.slice(0, SETTING_LIMITS.url);
  const said = parts.get("ht") || parts.get("l") || url;
  if (type === "link") return { ...(url ? { url } : {}), ...(said ? { value: said } : {}) };
  if (type === "radio") return { ...(group ? { group } : {}), ...(option ? { option } : {}) };
  return type === "text" ? { ...(value ? { value } : {}), ...(align ? { align } : {}) } : {};
}

/** Which keys settings of that type come from. */
function keysOf(type: FieldType, parts: ReadonlyMap<string, string>): string[] {
  if (type === "link") return ["lk", "ht"];
  if (type === "radio") return ["rn", "rv"];
  if (type === "text") return ["p", "i", ...(parts.get("al") && parts.get("al")! in ALIGNS ? ["al"] : [])];
  return [];
}
