import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import {
  CUSTODY_PART_NAMES,
  type CustodyPart,
  type CustodyParts,
  MOST_PART,
} from "#lib/evidence/core/package/custody-parts.ts";
import {
  BUILT_IN_WORDING,
  type CustodyWording,
  wordingFault,
  wordingSha256,
  wordingVersion,
} from "#lib/evidence/core/package/custody-wording.ts";
import { evidenceError } from "#lib/evidence/errors.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type PackageId, uuidV7 } from "#lib/ids.ts";
import {
  findWording,
  loadDeclarations,
  loadNames,
  loadWordings,
  lockWordings,
  saveWording,
  type WordingRow,
} from "./store.ts";

const SHOWN = 20;

export interface WordingView extends CustodyWording {
  /** Null for what comes with the product. */
  readonly publishedAt: Date | null;
  readonly publishedBy: string;
  /** Declarations are drafted with it now. */
  readonly isCurrent: boolean;
  /** The newest packages whose declarations say it, and how many there are. */
  readonly usedIn: readonly {
    readonly packageId: PackageId;
    readonly envelopeId: EnvelopeId;
    readonly shortId: string;
    readonly at: Date;
  }[];
  readonly uses: number;
}

/** Every version of the words of the custodian's declaration, newest first, with the packages that say it. */
export async function listWordings(ctx: Context): Promise<WordingView[]> {
  requirePermission(ctx, "consent.manage");
  return inTransaction(ctx, async (ctx) => {
    const rows = await loadWordings(ctx);
    const names = await loadNames(ctx);
    const views: WordingView[] = [];
    for (const row of [...rows, null]) {
      const used = await loadDeclarations(ctx, row?.id ?? null, SHOWN);
      views.push({
        ...(row ? wordingOf(row) : BUILT_IN_WORDING),
        publishedAt: row?.createdAt ?? null,
        publishedBy: row ? (names.get(row.createdBy) ?? "") : "",
        isCurrent: views.length === 0,
        usedIn: used.map(({ id, envelopeId, shortId, createdAt }) => ({
          ...{ packageId: id, envelopeId, shortId, at: createdAt },
        })),
        uses: used[0]?.total ?? 0,
      });
    }
    return views;
  });
}

const Input = z.object({
  parts: z.object(
    Object.fromEntries(CUSTODY_PART_NAMES.map((name) => [name, typedText(MOST_PART)])) as Record<
      CustodyPart,
      ReturnType<typeof typedText>
    >,
  ),
});

/**
 * Publishes the next version of the words of the custodian's declaration: those drafted from now on say it. Earlier versions
 * stay, and so does what was drafted with them.
 *
 * @returns its version
 * @throws evidence/wording-empty, wording-lacks, wording-unknown, wording-same
 */
export async function publishWording(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { memberId } = requirePermission(ctx, "consent.manage");
  const parts: CustodyParts = Input.parse(input).parts;
  const fault = wordingFault(parts);
  if (fault) throw evidenceError(`wording-${fault.fault}`, `${fault.part}: {${fault.fact}}`);
  return inTransaction(ctx, async (ctx) => {
    await lockWordings(ctx);
    const [newest] = await loadWordings(ctx);
    const sha256 = wordingSha256(parts);
    if (sha256 === (newest?.sha256 ?? BUILT_IN_WORDING.sha256))
      throw evidenceError("wording-same", `as ${newest?.number ?? 1}`);
    const createdAt = ctx.now();
    const id = uuidV7(createdAt.getTime(), ctx.runtime.random(10));
    const number = (newest?.number ?? 1) + 1;
    const { organizationId } = ctx;
    await saveWording(ctx, { organizationId, id, number, parts, sha256, createdAt, createdBy: memberId });
    const version = wordingVersion(number);
    const data = { version, sha256 };
    await appendEvent(ctx, { type: "custody-wording.published", envelopeId: null, data });
    return version;
  });
}

/** What a declaration that is drafted now says. Part of a transaction. @returns its id; null for what comes with the product */
export async function currentWording(ctx: Context): Promise<{ id: string | null; wording: CustodyWording }> {
  const [newest] = await loadWordings(ctx);
  return newest ? { id: newest.id, wording: wordingOf(newest) } : { id: null, wording: BUILT_IN_WORDING };
}

/** The words of a package that was asked for. Part of a transaction. */
export async function wordingWith(ctx: Context, id: string | null): Promise<CustodyWording> {
  if (id === null) return BUILT_IN_WORDING;
  const row = await findWording(ctx, id);
  if (!row) throw new Error(`no custody wording ${id}`);
  return wordingOf(row);
}

const wordingOf = ({ number, parts, sha256 }: WordingRow): CustodyWording => ({
  ...{ version: wordingVersion(number), parts, sha256 },
});
