import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { type MemberId, publicId } from "#lib/ids.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";
import { isFounder } from "#lib/pki/founder.ts";
import { type Bucket, bucketOf, type EndingKind, nextAct } from "../core/endings.ts";
import { daysLeft, type ReviewKind } from "../core/key-dates.ts";
import { listBroughtSeals, listRegistered } from "../seals/store.ts";
import { loadApiKeyEnds, loadKeyPeople, loadOwners, loadProgramEnds, loadSite } from "./ends-store.ts";
import { endingKeys, listKeys } from "./list-keys.ts";
import { loadReviews } from "./store.ts";

/** One thing that ends, and what is known of it. */
export interface EndingItem {
  /** A fingerprint, or a kind and an id: what an owner is named for. */
  readonly ref: string;
  readonly kind: EndingKind;
  readonly name: string;
  readonly until: Date;
  /** From when it counted or was made; null where that does not matter. */
  readonly since: Date | null;
  readonly daysLeft: number;
  readonly bucket: Bucket;
  /** A provider of keys; null for what is no key of ours. */
  readonly provider: string | null;
  readonly isExportable: boolean | null;
  readonly signatures: number | null;
  readonly lastUsedAt: Date | null;
  readonly ownerId: MemberId | null;
  readonly ownerName: string | null;
  /** When somebody looks it over next; null for what no review is about. */
  readonly reviewAt: Date | null;
  readonly act: ReturnType<typeof nextAct>;
  /** Where that is done. */
  readonly href: string;
}

export interface EndsView {
  /** The first to end is first. */
  readonly items: readonly EndingItem[];
  readonly counts: Readonly<Record<Bucket, number>>;
  readonly people: readonly { readonly id: MemberId; readonly name: string }[];
  /** Why the certificate of the address is not among them: it has none, or could not be read. */
  readonly site: "shown" | "no-tls" | "not-looked-yet" | "unreadable" | "not-yours";
}

interface Known {
  readonly ref: string;
  readonly kind: EndingKind;
  readonly name: string;
  readonly until: Date;
  readonly since?: Date | null;
  readonly provider?: string | null;
  readonly isExportable?: boolean | null;
  readonly signatures?: number | null;
  readonly lastUsedAt?: Date | null;
  readonly ownerId?: MemberId | null;
  readonly review?: ReviewKind;
  readonly href: string;
}

/** Everything that ends: keys, certificates and accesses, with the first to end first. */
export async function listEnds(ctx: Context): Promise<EndsView> {
  requirePermission(ctx, "key.manage");
  const { seals, authorities } = await listKeys(ctx);
  const more = new Map(
    [...seals, ...authorities].map(({ sha256, provider, isExportable, signatures, lastUsedAt }) => [
      sha256,
      { provider, isExportable, signatures, lastUsedAt },
    ]),
  );
  const { known, site } = await allEnds(ctx);
  return inTransaction(ctx, async (ctx) => {
    const people = await loadKeyPeople(ctx);
    const owners = await loadOwners(ctx);
    const reviews = await loadReviews(ctx);
    const items = known
      .map((one) => itemOf({ ...one, ...more.get(one.ref) }, { people, owners, reviews, now: ctx.now() }))
      .toSorted((a, b) => a.until.getTime() - b.until.getTime());
    const count = (bucket: Bucket) => items.filter((one) => one.bucket === bucket).length;
    const counts = {
      ...{ over: count("over"), under30: count("under30"), under60: count("under60") },
      ...{ under90: count("under90"), later: count("later") },
    };
    return { items, counts, people: people.map(({ id, name }) => ({ id, name })), site };
  });
}

interface Beside {
  readonly people: Awaited<ReturnType<typeof loadKeyPeople>>;
  readonly owners: ReadonlyMap<string, MemberId>;
  readonly reviews: Awaited<ReturnType<typeof loadReviews>>;
  readonly now: Date;
}

function itemOf(one: Known, { people, owners, reviews, now }: Beside): EndingItem {
  const { ref, kind, name, until, href } = one;
  const owner = ownerOf(one, people, owners);
  const open = reviews.find((review) => review.kind === one.review && review.doneAt === null);
  return {
    ...{ ref, kind, name, until, href, since: one.since ?? null },
    ...{ daysLeft: daysLeft(until, now), bucket: bucketOf(until, now), act: nextAct(kind) },
    ...{ provider: one.provider ?? null, isExportable: one.isExportable ?? null },
    ...{ signatures: one.signatures ?? null, lastUsedAt: one.lastUsedAt ?? null },
    ...{ ownerId: owner?.id ?? null, ownerName: owner?.name ?? null, reviewAt: open?.dueAt ?? null },
  };
}

/** Who was named, else who made it, else the first owner of the organization: always somebody who is still here. */
function ownerOf(
  { ref, ownerId }: Known,
  people: Beside["people"],
  owners: Beside["owners"],
): Beside["people"][number] | undefined {
  const here = (id: MemberId | null | undefined) => people.find((one) => one.id === id);
  return here(owners.get(ref)) ?? here(ownerId) ?? people[0];
}

/** Who looks after each of these, for who tells them. Called inside the transaction of a verb. */
export async function ownersOf(
  ctx: Context,
  known: readonly Known[],
): Promise<ReadonlyMap<string, MemberId>> {
  const people = await loadKeyPeople(ctx);
  const owners = await loadOwners(ctx);
  return new Map(
    known.flatMap((one) => {
      const owner = ownerOf(one, people, owners);
      return owner ? [[one.ref, owner.id] as const] : [];
    }),
  );
}

/** All of them, for our own jobs too: the caller has asked who wants to know. */
export async function allEnds(
  ctx: Context,
): Promise<{ readonly known: readonly Known[]; readonly site: EndsView["site"] }> {
  const keys = await endingKeys(ctx);
  const { known, site } = await siteEnd(ctx);
  const others = await inTransaction(ctx, async (ctx) => {
    const brought = new Map(
      (await listBroughtSeals(ctx)).map((row) => [row.certificateSha256, row.createdBy] as const),
    );
    return [
      ...keys.map(({ kind, name, sha256: ref, until }): Known => {
        const isBrought = kind === "seal" && brought.has(ref);
        const href = isBrought ? "/organization/seal" : "/keys";
        return { ref, kind, name, until, review: "key-review", ownerId: brought.get(ref) ?? null, href };
      }),
      ...(await listRegistered(ctx)).map(
        ({ use: kind, subject: name, sha256: ref, notAfter: until, createdBy, id }): Known => ({
          ...{ ref, kind, name, until, ownerId: createdBy, review: "certificate-audit" as const },
          href: `/certificates/${publicId("certificate", id as never)}`,
        }),
      ),
      ...(await loadApiKeyEnds(ctx)).map(
        ({ id, name, createdBy, createdAt, expiresAt, lastUsedAt }): Known => ({
          ...{ ref: `api-key:${id}`, kind: "api-key", name, until: expiresAt, since: createdAt },
          ...{ lastUsedAt, ownerId: createdBy, href: "/organization/api-keys" },
        }),
      ),
      ...(await loadProgramEnds(ctx)).map(
        ({ id, name, createdBy, createdAt, expiresAt }): Known => ({
          ...{ ref: `program:${id}`, kind: "program", name, until: expiresAt, since: createdAt },
          ...{ ownerId: createdBy, href: "/keys/programs" },
        }),
      ),
    ];
  });
  return { known: [...others, ...known], site };
}

/** The certificate of the installation's address is for who set the installation up to look after. */
async function siteEnd(
  ctx: Context,
): Promise<{ readonly known: readonly Known[]; readonly site: EndsView["site"] }> {
  const { protocol, host } = new URL(ctx.runtime.config.baseUrl);
  if (!(await isFounder(ctx))) return { known: [], site: "not-yours" };
  if (protocol !== "https:") return { known: [], site: "no-tls" };
  const row = await loadSite(ctx.runtime, host);
  if (!row) return { known: [], site: "not-looked-yet" };
  if (!row.der) return { known: [], site: "unreadable" };
  try {
    const { subject, sha256: ref, notAfter: until } = parseCertificate(row.der);
    const name = `${host} (${shortName(subject)})`;
    const review = "certificate-audit" as const;
    return { known: [{ ref, kind: "tls", name, until, review, href: "/keys/ends" }], site: "shown" };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { known: [], site: "unreadable" };
  }
}
