import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFounder } from "#lib/pki/founder.ts";
import { authoritiesOf } from "#lib/pki/list-authorities.ts";
import { type SecretDates, secretDates } from "../core/secret-dates.ts";
import { loadOrganization, loadPolicy } from "../keys/store.ts";
import {
  loadArchiveSecrets,
  loadPackedPassphrases,
  loadPlaceSettings,
  loadProgramSecrets,
  loadProviderSecrets,
  loadRemoteSeals,
  loadRotations,
  loadSftpKeys,
  loadSignatureProviderSecrets,
  loadWebhookSecrets,
  type RotationRow,
} from "./store.ts";

export const SECRET_KINDS = [
  ...(["packed-passphrase", "root-file", "place", "remote-pin", "sftp-key", "program-secret"] as const),
  ...(["program-pin", "sign-on", "sign-provider", "webhook", "archive"] as const),
] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** Exchanged where the product does not see it: somebody has to say so. All others are as old as what is in use. */
const TOLD_KINDS: readonly SecretKind[] = ["place", "root-file"];
export const isTold = (kind: SecretKind): boolean => TOLD_KINDS.includes(kind);

/** A secret that is in use: which, and since when as far as its row says. Never what it is. */
export interface KnownSecret {
  readonly ref: string;
  readonly kind: SecretKind;
  readonly name: string;
  readonly since: Date;
  /** Only the operator knows when it was set: `since` is the first day it could have been. */
  readonly isSinceKnown: boolean;
}

/** With its dates by the policy, and who exchanged it last. */
export interface SecretItem extends KnownSecret, SecretDates {
  readonly last: { readonly at: Date; readonly by: string; readonly note: string } | null;
}

export interface SecretsView {
  /** What is due first is first. */
  readonly items: readonly SecretItem[];
  readonly everyMonths: number;
}

/** Every passphrase, PIN and shared secret in use with its age and its day; what each is stands nowhere. */
export async function listSecrets(ctx: Context): Promise<SecretsView> {
  requirePermission(ctx, "key.manage");
  const known = await secretsInUse(ctx);
  return inTransaction(ctx, async (ctx) => {
    const { passphraseMonths: everyMonths } = await loadPolicy(ctx);
    const rotations = await loadRotations(ctx);
    const items = known
      .map((one) => itemOf(one, rotations, everyMonths, ctx.now()))
      .toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
    return { items, everyMonths };
  });
}

function itemOf(
  one: KnownSecret,
  rotations: readonly RotationRow[],
  everyMonths: number,
  now: Date,
): SecretItem {
  const last = isTold(one.kind) ? rotations.find(({ ref }) => ref === one.ref) : undefined;
  const isNewer = last && last.rotatedAt > one.since;
  const since = isNewer ? last.rotatedAt : one.since;
  return {
    ...{ ...one, since, isSinceKnown: one.isSinceKnown || last !== undefined },
    ...secretDates(since, everyMonths, now),
    last: last ? { at: last.rotatedAt, by: last.memberName, note: last.note } : null,
  };
}

/** Part of a verb. */
export async function secretsInUse(ctx: Context): Promise<KnownSecret[]> {
  const founders = (await isFounder(ctx)) ? await ofInstallation(ctx) : [];
  return inTransaction(ctx, async (ctx) => {
    const secret =
      (kind: SecretKind) => (row: { readonly id: string; readonly name: string; readonly at: Date }) =>
        known(kind, row);
    const remote = await loadRemoteSeals(ctx);
    const all = await loadProgramSecrets(ctx);
    return [
      ...founders,
      ...(await loadPackedPassphrases(ctx)).map(secret("packed-passphrase")),
      ...remote.map(({ id, subject, at }) =>
        known("remote-pin", { id, at, name: subject.find(([attribute]) => attribute === "CN")?.[1] ?? id }),
      ),
      ...(await loadSftpKeys(ctx)).map(secret("sftp-key")),
      ...all.map(secret("program-secret")),
      ...all.filter(({ pinHash }) => pinHash !== null).map(secret("program-pin")),
      ...(await loadProviderSecrets(ctx)).map(secret("sign-on")),
      ...(await loadSignatureProviderSecrets(ctx)).map(secret("sign-provider")),
      ...(await loadWebhookSecrets(ctx)).map(secret("webhook")),
      ...(await loadArchiveSecrets(ctx)).map(secret("archive")),
    ];
  });
}

const known = (
  kind: SecretKind,
  { id, name, at }: { readonly id: string; readonly name: string; readonly at: Date },
): KnownSecret => ({ ref: `${kind}:${id}`, kind, name, since: at, isSinceKnown: true });

const SECRET_FILE = /_(PIN|SECRET|CREDENTIALS|TOKEN)_FILE$/;

/** The root's file, and what the worker's environment opens places for keys with. */
async function ofInstallation(ctx: Context): Promise<KnownSecret[]> {
  const { createdAt } = await inTransaction(ctx, loadOrganization);
  const roots = (await authoritiesOf(ctx)).flatMap(({ id, kind, name, keyRemovedAt }) =>
    kind === "root" && keyRemovedAt ? [known("root-file", { id, name, at: keyRemovedAt })] : [],
  );
  const places = (await loadPlaceSettings(ctx)).flatMap(({ provider, settings }) =>
    settings
      .filter(({ variable, value }) => value === null || SECRET_FILE.test(variable))
      .map(({ variable }): KnownSecret => {
        const row = known("place", { id: `${provider}.${variable}`, name: variable, at: createdAt });
        return { ...row, isSinceKnown: false };
      }),
  );
  return [...roots, ...places];
}
