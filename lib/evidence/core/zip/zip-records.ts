import { concatBytes, fromUtf8 } from "#lib/bytes.ts";

/** What the records of a ZIP file say of one file in it. */
export interface ZipRecord {
  readonly name: string;
  readonly sizeBytes: number;
  readonly crc32: number;
  /** Where its local header begins. */
  readonly position: number;
}

/** Date and time as the format writes them. @see APPNOTE.TXT §4.4.6 */
export interface DosInstant {
  readonly date: number;
  readonly time: number;
}

const UTF8_NAMES = 0x0800;
const VERSION = { plain: 20, zip64: 45 } as const;
const MOST_32 = 0xffff_ffff;
const MOST_16 = 0xffff;
const ZIP64_EXTRA = 0x0001;

export const SIZES = { local: 30, central: 46, end: 22, zip64End: 56, zip64Locator: 20 } as const;

/** Of a moment in UTC, to the even second; years before 1980 become 1980, as the format knows none. */
export function dosInstant(at: Date): DosInstant {
  const year = Math.min(2107, Math.max(1980, at.getUTCFullYear()));
  return {
    date: ((year - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

/** Numbers in the order of the format, little end first: [value, octets]. */
function record(fields: readonly (readonly [number, number])[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((sum, [, size]) => sum + size, 0));
  let position = 0;
  for (const [value, size] of fields) {
    let rest = value;
    for (let octet = 0; octet < size; octet++) {
      bytes[position++] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }
  return bytes;
}

const isLarge = (value: number): boolean => value >= MOST_32;

function zip64Extra(values: readonly number[]): Uint8Array {
  if (values.length === 0) return new Uint8Array();
  const body = values.map((value): [number, number] => [value, 8]);
  return record([[ZIP64_EXTRA, 2], [values.length * 8, 2], ...body]);
}

/** Stands before the bytes of a file. @see APPNOTE.TXT §4.3.7 */
export function localHeader({ name, sizeBytes, crc32 }: ZipRecord, { date, time }: DosInstant): Uint8Array {
  const nameBytes = fromUtf8(name);
  const large = isLarge(sizeBytes);
  const extra = zip64Extra(large ? [sizeBytes, sizeBytes] : []);
  const size = large ? MOST_32 : sizeBytes;
  const head = record([
    ...([
      [0x04034b50, 4],
      [large ? VERSION.zip64 : VERSION.plain, 2],
      [UTF8_NAMES, 2],
      [0, 2],
    ] as const),
    ...([
      [time, 2],
      [date, 2],
      [crc32, 4],
      [size, 4],
      [size, 4],
    ] as const),
    ...([
      [nameBytes.length, 2],
      [extra.length, 2],
    ] as const),
  ]);
  return concatBytes([head, nameBytes, extra]);
}

/** Stands in the list at the end. @see APPNOTE.TXT §4.3.12 */
export function centralHeader(
  { name, sizeBytes, crc32, position }: ZipRecord,
  { date, time }: DosInstant,
): Uint8Array {
  const nameBytes = fromUtf8(name);
  const [largeSize, largePosition] = [isLarge(sizeBytes), isLarge(position)];
  const extra = zip64Extra([
    ...(largeSize ? [sizeBytes, sizeBytes] : []),
    ...(largePosition ? [position] : []),
  ]);
  const version = extra.length > 0 ? VERSION.zip64 : VERSION.plain;
  const size = largeSize ? MOST_32 : sizeBytes;
  const head = record([
    ...([
      [0x02014b50, 4],
      [version, 2],
      [version, 2],
      [UTF8_NAMES, 2],
      [0, 2],
    ] as const),
    ...([
      [time, 2],
      [date, 2],
      [crc32, 4],
      [size, 4],
      [size, 4],
    ] as const),
    ...([
      [nameBytes.length, 2],
      [extra.length, 2],
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
    ] as const),
    [largePosition ? MOST_32 : position, 4],
  ]);
  return concatBytes([head, nameBytes, extra]);
}

/** What ends the file, with Zip64's records when a number does not fit. @see APPNOTE.TXT §4.3.14–16 */
export function endRecords(count: number, position: number, sizeBytes: number): Uint8Array {
  const isZip64 = count >= MOST_16 || isLarge(position) || isLarge(sizeBytes);
  const end = record([
    ...([
      [0x06054b50, 4],
      [0, 2],
      [0, 2],
    ] as const),
    ...([
      [isZip64 ? MOST_16 : count, 2],
      [isZip64 ? MOST_16 : count, 2],
    ] as const),
    ...([
      [isZip64 ? MOST_32 : sizeBytes, 4],
      [isZip64 ? MOST_32 : position, 4],
      [0, 2],
    ] as const),
  ]);
  if (!isZip64) return end;
  const { zip64 } = VERSION;
  return concatBytes([
    record([
      ...([
        [0x06064b50, 4],
        [SIZES.zip64End - 12, 8],
        [zip64, 2],
        [zip64, 2],
        [0, 4],
        [0, 4],
      ] as const),
      ...([
        [count, 8],
        [count, 8],
        [sizeBytes, 8],
        [position, 8],
      ] as const),
    ]),
    record([
      [0x07064b50, 4],
      [0, 4],
      [position + sizeBytes, 8],
      [1, 4],
    ]),
    end,
  ]);
}

/** A number of the format. */
export function numberAt(bytes: Uint8Array, position: number, size: number): number {
  let value = 0;
  for (let octet = size - 1; octet >= 0; octet--) value = value * 256 + (bytes[position + octet] ?? 0);
  return value;
}

const LONGEST_NAME = 200;

/** Whether a name may stand in a package: no file system reads another place into it. */
export function isSafeName(name: string): boolean {
  const isPlain =
    name.normalize("NFC") === name && name.isWellFormed() && !/[\p{Cc}\p{Cf}<>:"\\|?*]/u.test(name);
  const parts = name.split("/");
  const areParts = parts.every((part) => part !== "" && !/^\.+$|^\s|[\s.]$/u.test(part));
  return isPlain && areParts && fromUtf8(name).length <= LONGEST_NAME;
}
