/** An exact decimal number: `units` hundredths when `places` is 2. */
export interface Decimal {
  readonly units: bigint;
  readonly places: number;
}

/** Digits of a number anybody enters, and places that a quotient is worked out to. */
export const DECIMAL_LIMITS = { digits: 30, places: 20 } as const;

export const ZERO: Decimal = { units: 0n, places: 0 };
export const ONE: Decimal = { units: 1n, places: 0 };

/** A number as it is kept: `-1234.50`, a period and no other separator; null for anything else. */
export function parseDecimal(text: string): Decimal | null {
  const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!found) return null;
  const [, sign = "", whole = "", fraction = ""] = found;
  if (whole.length + fraction.length > DECIMAL_LIMITS.digits) return null;
  return { units: BigInt(`${sign}${whole}${fraction}`), places: fraction.length };
}

/** As it is kept; as many places as it has. */
export function decimalText({ units, places }: Decimal): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, "0");
  if (places === 0) return `${sign}${digits}`;
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

const scaled = ({ units, places }: Decimal, to: number): bigint => units * 10n ** BigInt(to - places);

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const places = Math.max(a.places, b.places);
  return [scaled(a, places), scaled(b, places), places];
}

export function add(a: Decimal, b: Decimal): Decimal {
  const [x, y, places] = aligned(a, b);
  return { units: x + y, places };
}

export const negate = ({ units, places }: Decimal): Decimal => ({ units: -units, places });
export const subtract = (a: Decimal, b: Decimal): Decimal => add(a, negate(b));

export function multiply(a: Decimal, b: Decimal): Decimal {
  return shortened({ units: a.units * b.units, places: a.places + b.places });
}

/** To twenty places, without the zeros at its end; null when the divisor is zero. */
export function divide(a: Decimal, b: Decimal): Decimal | null {
  if (b.units === 0n) return null;
  const places = DECIMAL_LIMITS.places;
  const raised = a.units * 10n ** BigInt(places + 1 + b.places);
  const units = raised / (b.units * 10n ** BigInt(a.places));
  return shortened(roundTo({ units, places: places + 1 }, places));
}

export function compare(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Rounds half away from zero, as money is rounded by hand; with exactly that many places. */
export function roundTo(value: Decimal, places: number): Decimal {
  if (places >= value.places) return { units: scaled(value, places), places };
  const step = 10n ** BigInt(value.places - places);
  const half = step / 2n;
  const { units } = value;
  return { units: units < 0n ? -((-units + half) / step) : (units + half) / step, places };
}

/** The same number with no zeros at its end, and no more places than are worked out. */
export function shortened(value: Decimal): Decimal {
  let { units, places } =
    value.places > DECIMAL_LIMITS.places ? roundTo(value, DECIMAL_LIMITS.places) : value;
  while (places > 0 && units % 10n === 0n) {
    units /= 10n;
    places -= 1;
  }
  return { units, places };
}
