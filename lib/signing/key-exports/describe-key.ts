import type { Context } from "#lib/context.ts";
import { loadPeople, type loadSealKey } from "./store.ts";

type SealKey = Awaited<ReturnType<typeof loadSealKey>>;

/** A key as a custody record names it. */
export const describeKey = ({ key, certificate }: SealKey, organizationName: string): string =>
  `Private key of the seal of ${organizationName}, ${key.algorithm}, certificate ${certificate.serial} (SHA-256 ${certificate.sha256})`;

/** Members' names by their ids, also of those who have left. */
export async function namesIn(ctx: Context): Promise<(id: string | null) => string> {
  const people = new Map(
    (await loadPeople(ctx)).map(({ id, name, email }) => [id as string, `${name} <${email}>`]),
  );
  return (id) => (id && people.get(id)) || "nobody";
}
