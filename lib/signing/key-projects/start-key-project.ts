import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { PERMISSIONS, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type MemberId, uuidV7 } from "#lib/ids.ts";
import { dueOf, PROJECT_STEP_NAMES } from "../core/key-project.ts";
import { signingError } from "../errors.ts";
import { loadPeople } from "../key-exports/store.ts";
import { saveProject } from "./store.ts";

const Input = z.object({
  title: typedLine(120),
  scope: typedText(2000),
  authority: typedText(1000),
  formats: typedLine(300),
  /** The first day, `2026-12-01`. */
  startsOn: z.iso.date(),
  ownerId: z.uuid().transform((id) => id as MemberId),
});

/**
 * Starts the checklist of thirty days by which a key moves. One person owns every step until others are named.
 *
 * @returns the project's id. @throws signing/export-text-missing, project-owner-unknown
 */
export async function startKeyProject(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const { memberId } = requirePermission(ctx, "key.manage");
  const { startsOn, ownerId, ...texts } = Input.parse(input);
  if (Object.values(texts).includes("")) throw signingError("export-text-missing", "an empty line");
  const startsAt = new Date(`${startsOn}T00:00:00Z`);
  const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10));
  const { organizationId } = ctx;
  await inTransaction(ctx, async (ctx) => {
    await requireStepOwner(ctx, ownerId);
    const row = { organizationId, id, ...texts, startsAt, createdBy: memberId, createdAt: ctx.now() };
    const steps = PROJECT_STEP_NAMES.map((step) => ({
      ...{ organizationId, projectId: id, step, ownerId },
      dueAt: dueOf(step, startsAt),
    }));
    await saveProject(ctx, row, steps);
    const data = { project: id, ...texts, startsOn, owner: ownerId };
    await appendEvent(ctx, { type: "key-project.started", envelopeId: null, data });
  });
  return id;
}

/** Steps are owned by those who may see keys. @throws signing/project-owner-unknown */
export async function requireStepOwner(ctx: Context, ownerId: MemberId): Promise<void> {
  const readers: readonly string[] = PERMISSIONS["certificate.read"];
  const owner = (await loadPeople(ctx)).find(({ id }) => id === ownerId);
  if (!owner || owner.isRemoved || !readers.includes(owner.role))
    throw signingError("project-owner-unknown", `member ${ownerId}`);
}
