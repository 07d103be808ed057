import { utcWords } from "#lib/evidence/core/instant-words.ts";
import { type Block, heading, paragraph, steps, table } from "#lib/evidence/core/paper/paper.ts";
import { visible } from "#lib/evidence/core/trail-words.ts";
import type { KeyExportFacts, SealKeyFacts } from "#lib/signing/core/custody.ts";
import { KEYS } from "./names.ts";
import type { PackageFacts } from "./package-facts.ts";
import type { PackageWords } from "./package-words.ts";
import { sealCertificate } from "./records.ts";

type Key = NonNullable<SealKeyFacts["key"]>;

const PLACES: readonly string[] = [
  ...["software", "aws-kms", "pkcs11", "vault", "google-kms", "azure-key-vault", "csc"],
];

/** Where a key is kept, as part of a sentence. */
export function keyPlace(provider: string, words: PackageWords): string {
  if (!PLACES.includes(provider)) return words("custody.places.other", { provider: visible(provider) });
  return words(`custody.places.${provider}`);
}

/** What is recorded of the keys that signed in this envelope, and what is not known of them. */
export function keyBlocks(
  facts: Pick<PackageFacts, "certificates" | "order"> & {
    readonly trail: Pick<PackageFacts["trail"], "sealKeys">;
  },
  words: PackageWords,
): Block[] {
  const { order, trail } = facts;
  const { sealKeys } = trail;
  return [
    paragraph(words("custody.signerKeys")),
    paragraph(
      sealKeys.length === 0
        ? words("custody.keysNone")
        : words("custody.keysUntil", { at: utcWords(order.askedAt), file: KEYS }),
    ),
    ...sealKeys.flatMap(({ key }, index) => {
      const { subject, sha256 } = sealCertificate(facts, index);
      const title = words("custody.key", {
        subject: visible(subject.text),
        certificate: sha256.slice(0, 16),
      });
      return [
        heading(title, 3),
        ...(key ? knownBlocks(key, words) : [paragraph(words("custody.keyUnknown"))]),
      ];
    }),
  ];
}

function knownBlocks(key: Key, words: PackageWords): Block[] {
  const { provider, origin, since, exports, backups } = key;
  const place = keyPlace(provider, words);
  const count = exports.length;
  return [
    steps(
      [
        words(`custody.origins.${origin}`, { place, since: utcWords(since) }),
        words(provider === "software" ? "custody.softwareLimits" : "custody.usedElsewhere"),
        ...(backups ? [words("custody.backups", { ...backups })] : []),
        count === 0 ? words("custody.exportsNone") : words("custody.exports", { count }),
        ...exports.map((one) => exportSentence(one, words)),
      ].map((text) => ({ text })),
    ),
    ...exports.flatMap((one) => custodyBlocks(one, words)),
  ];
}

function exportSentence(one: KeyExportFacts, words: PackageWords): string {
  const { id, reason, destination, requestedAt } = one;
  return words("custody.export", {
    ...{ id, at: utcWords(requestedAt), destination: visible(destination) },
    ...{ reason: words(`custody.exportReasons.${reason}`), state: exportState(one, words) },
  });
}

function exportState(one: KeyExportFacts, words: PackageWords): string {
  const { refusedAt, builtAt, takenAt, receivedAt, destroyedAt, sha256 } = one;
  const say = (key: string, values: Record<string, string> = {}) =>
    words(`custody.exportStates.${key}`, values);
  if (!builtAt) return refusedAt ? say("refused", { at: utcWords(refusedAt) }) : say("waiting");
  const built = { at: utcWords(builtAt), sha256: sha256 ?? words("none") };
  if (receivedAt && takenAt)
    return say("received", { ...built, takenAt: utcWords(takenAt), receivedAt: utcWords(receivedAt) });
  if (takenAt) return say("taken", { ...built, takenAt: utcWords(takenAt) });
  return destroyedAt
    ? say("builtDestroyed", { ...built, destroyedAt: utcWords(destroyedAt) })
    : say("built", built);
}

function custodyBlocks({ id, custody, custodyBrokenAt }: KeyExportFacts, words: PackageWords): Block[] {
  if (custody.length === 0) return [];
  const lead =
    custodyBrokenAt === null
      ? words("custody.custodyHolds", { id })
      : words("custody.custodyBreaks", { id, entry: custodyBrokenAt + 1 });
  return [
    paragraph(lead),
    table(
      [
        { title: words("custody.number"), widthPt: 24 },
        { title: words("custody.time"), widthPt: 92 },
        { title: words("custody.custodyAction"), widthPt: 52 },
        { title: words("custody.custodyFrom") },
        { title: words("custody.custodyTo") },
        { title: words("custody.entry"), widthPt: 56 },
      ],
      custody.map(({ sequence, at, action, releasedBy, from, receivedBy, to, hash }) => [
        ...[String(sequence + 1), utcWords(new Date(at)), words(`custody.custodyActions.${action}`)],
        ...[`${visible(releasedBy)}, ${visible(from)}`, `${visible(receivedBy)}, ${visible(to)}`],
        { hash: hash.slice(0, 8) },
      ]),
    ),
  ];
}
