import { z } from "zod";
import { fromUtf8, toUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";

// What was destroyed stands among the files, too, where a database that is put back from a backup cannot forget it.

const member = z.uuid().transform((id) => id as MemberId);
const Note = z.object({
  format: z.literal("whereof-destroyed/1"),
  envelope: z.uuid().transform((id) => id as EnvelopeId),
  dueOn: z.iso.date(),
  reviewed: z.object({ by: member, role: z.string(), at: z.iso.datetime() }),
  approved: z.object({ by: member, role: z.string(), at: z.iso.datetime() }),
});

/** Who let an envelope be destroyed, and when: nothing about the people in it. */
export type DestroyedNote = Omit<z.output<typeof Note>, "format">;

const folderOf = (ctx: Context) => `org/${ctx.organizationId}/destroyed`;

/** Writes down that an envelope was destroyed; again with the same words is no change. @throws files/unavailable */
export async function noteDestroyed(ctx: Context, note: DestroyedNote): Promise<void> {
  const bytes = fromUtf8(JSON.stringify({ format: "whereof-destroyed/1", ...note }));
  try {
    await ctx.runtime.files.put(`${folderOf(ctx)}/${note.envelope}.json.enc`, [bytes]);
  } catch (error) {
    // After a restore it is let through by the note's own words, and may be by others'.
    if (!isRefusal(error, "files/exists")) throw error;
  }
}

/** The envelopes of which that is written down. */
export async function* destroyedEnvelopes(ctx: Context): AsyncGenerator<EnvelopeId> {
  for await (const key of ctx.runtime.files.list(folderOf(ctx))) {
    const name = /\/([0-9a-f-]{36})\.json\.enc$/.exec(key)?.[1];
    if (name) yield name as EnvelopeId;
  }
}

/** @throws files/not-found, files/damaged; ZodError for what is no such note */
export async function readDestroyedNote(ctx: Context, envelopeId: EnvelopeId): Promise<DestroyedNote> {
  const file = await ctx.runtime.files.open(`${folderOf(ctx)}/${envelopeId}.json.enc`);
  try {
    return Note.parse(JSON.parse(toUtf8(file.read(0, file.size))));
  } finally {
    file.close();
  }
}
