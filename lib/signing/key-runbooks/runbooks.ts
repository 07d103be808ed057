import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, PERMISSIONS, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import {
  type ComparedLine,
  compareLines,
  RUNBOOK_KINDS,
  type Runbook,
  type RunbookKind,
  runbookLines,
  runbookSha256,
} from "../core/runbook.ts";
import { signingError } from "../errors.ts";
import { loadPeople } from "../key-exports/store.ts";
import { loadRunbooks, type RunbookRow, saveRunbook } from "./store.ts";

export interface RunbookView extends Runbook {
  readonly note: string;
  readonly sha256: string;
  readonly publishedBy: string;
  readonly publishedAt: Date;
}

export interface RunbooksView {
  /** The newest first; empty before any. */
  readonly versions: Readonly<Record<RunbookKind, readonly RunbookView[]>>;
  /** Who can be named. */
  readonly people: readonly { readonly id: MemberId; readonly name: string }[];
  readonly mayPublish: boolean;
}

const viewOf = ({ organizationId: _, id: __, ...row }: RunbookRow): RunbookView => row;

/** Every version of the runbooks, for who looks after keys and who approves. */
export async function listRunbooks(ctx: Context): Promise<RunbooksView> {
  const member = requirePermission(ctx, "key-export.read");
  return inTransaction(ctx, async (ctx) => ({
    versions: {
      export: (await loadRunbooks(ctx, "export")).map(viewOf),
      import: (await loadRunbooks(ctx, "import")).map(viewOf),
    },
    people: await nameable(ctx),
    mayPublish: hasPermission(member, "key.manage"),
  }));
}

async function nameable(ctx: Context) {
  const roles: readonly string[] = PERMISSIONS["key-export.read"];
  return (await loadPeople(ctx))
    .filter(({ role, isRemoved }) => !isRemoved && roles.includes(role))
    .map(({ id, name }) => ({ id, name }));
}

const Comparison = z.object({
  kind: z.enum(RUNBOOK_KINDS),
  before: z.coerce.number().int().min(1),
  after: z.coerce.number().int().min(1),
});

/** Two versions, line by line. @throws signing/runbook-not-found */
export async function compareRunbooks(
  ctx: Context,
  input: z.input<typeof Comparison>,
): Promise<readonly ComparedLine[]> {
  requirePermission(ctx, "key-export.read");
  const { kind, before, after } = Comparison.parse(input);
  const rows = await inTransaction(ctx, (ctx) => loadRunbooks(ctx, kind));
  const linesOf = (wanted: number) => {
    const row = rows.find(({ version }) => version === wanted);
    if (!row) throw signingError("runbook-not-found", `version ${wanted} for ${kind}`);
    return runbookLines(row);
  };
  return compareLines(linesOf(before), linesOf(after));
}

const Input = z.object({
  kind: z.enum(RUNBOOK_KINDS),
  memberIds: z.array(z.uuid().transform((id) => id as MemberId)).max(20),
  transfer: typedText(5_000),
  steps: typedText(20_000),
  note: typedText(500).default(""),
});
const MOST_LINES = 300;

/**
 * Publishes the next version of a runbook. Those before stay as they were, and exports that followed one keep naming it.
 *
 * @returns its version. @throws signing/runbook-text-missing, runbook-people-missing, runbook-too-long,
 *   runbook-changed-meanwhile
 */
export async function publishRunbook(ctx: Context, input: z.input<typeof Input>): Promise<number> {
  const { name: publishedBy } = requirePermission(ctx, "key.manage");
  const { kind, memberIds, transfer, steps, note } = Input.parse(input);
  if (transfer === "" || steps === "") throw signingError("runbook-text-missing", "an empty text");
  if (`${transfer}\n${steps}`.split("\n").length > MOST_LINES)
    throw signingError("runbook-too-long", `more than ${MOST_LINES} lines`);
  return inTransaction(ctx, async (ctx) => {
    const known = await nameable(ctx);
    const people = known
      .filter(({ id }) => memberIds.includes(id))
      .map(({ id: memberId, name }) => ({ memberId, name }));
    if (people.length === 0) throw signingError("runbook-people-missing", "nobody is named");
    const [newest] = await loadRunbooks(ctx, kind);
    const runbook: Runbook = { kind, version: (newest?.version ?? 0) + 1, people, transfer, steps };
    const sha256 = runbookSha256(runbook);
    const publishedAt = ctx.now();
    const id = uuidV7(publishedAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    if (!(await saveRunbook(ctx, { organizationId, id, ...runbook, note, sha256, publishedBy, publishedAt })))
      throw signingError("runbook-changed-meanwhile", `version ${runbook.version} for ${kind}`);
    const data = { kind, version: runbook.version, sha256, people: people.map(({ memberId }) => memberId) };
    await appendEvent(ctx, { type: "key-runbook.published", envelopeId: null, data });
    return runbook.version;
  });
}

/**
 * The version that an export follows: the newest, which has to name everybody who takes part.
 *
 * @throws signing/runbook-missing, runbook-not-named
 */
export async function requireRunbook(
  ctx: Context,
  { people }: { readonly people: readonly MemberId[] },
): Promise<{ readonly version: number; readonly sha256: string }> {
  const [newest] = await loadRunbooks(ctx, "export");
  if (!newest) throw signingError("runbook-missing", "no runbook for exports");
  const named = new Set(newest.people.map(({ memberId }) => memberId));
  const stranger = people.find((id) => !named.has(id));
  if (stranger) throw signingError("runbook-not-named", `member ${stranger} in version ${newest.version}`);
  return { version: newest.version, sha256: newest.sha256 };
}

/** The version that an import follows; null where nobody has published one. */
export async function importRunbook(
  ctx: Context,
): Promise<{ readonly version: number; readonly sha256: string } | null> {
  const [newest] = await loadRunbooks(ctx, "import");
  return newest ? { version: newest.version, sha256: newest.sha256 } : null;
}
