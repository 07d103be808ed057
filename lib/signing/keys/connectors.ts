import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import type { ConnectorSetting } from "#lib/connector-settings.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { isFounder } from "#lib/pki/founder.ts";
import { lookAtProvider } from "#lib/pki/key-providers/check-key-providers.ts";
import { connectorFacts, viewKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { isExportable } from "../core/key-export.ts";
import { signingError } from "../errors.ts";
import { loadSealKeys } from "./store.ts";

const RATE = { tries: 20, windowSeconds: 600 };
const Input = z.object({ provider: z.string().max(40) });

export interface ConnectorKey {
  readonly id: string;
  readonly keyId: string;
  readonly algorithm: string;
  readonly certificate: string;
  readonly isActive: boolean;
  readonly isStandby: boolean;
  readonly isBlocked: boolean;
}

/** A place for keys: how it is, what the environment says of it, and which keys of the organization are there. */
export interface ConnectorView {
  readonly name: string;
  readonly isReachable: boolean | null;
  readonly since: Date;
  readonly checkedAt: Date;
  readonly refusal: string | null;
  readonly makesSeals: boolean;
  readonly isExportable: boolean;
  /** How long the last look took. */
  readonly tookMs: number | null;
  /** Null for an organization that did not set the installation up: it is not theirs to know. */
  readonly settings: readonly ConnectorSetting[] | null;
  readonly keys: readonly ConnectorKey[];
}

/** Every place for keys that is set up, with the organization's own keys in it. */
export async function listConnectors(ctx: Context): Promise<readonly ConnectorView[]> {
  requirePermission(ctx, "key.manage");
  const runtime = { ...ctx.runtime, now: ctx.now };
  const places = await viewKeyProviders(runtime);
  const facts = await connectorFacts(runtime);
  const mayKnow = await isFounder(ctx);
  const rows = await inTransaction(ctx, loadSealKeys);
  return places.map((place) => ({
    ...place,
    isExportable: isExportable(place.name),
    tookMs: facts.get(place.name)?.tookMs ?? null,
    settings: mayKnow ? (facts.get(place.name)?.settings ?? []) : null,
    keys: rows
      .filter(({ key }) => key.provider === place.name)
      .map(({ key, certificate }) => ({
        ...{ id: key.id, keyId: key.keyId, algorithm: key.algorithm, certificate: certificate.sha256 },
        ...{ isActive: key.isActive, isStandby: key.isStandby, isBlocked: key.blockedAt !== null },
      })),
  }));
}

/** Has a worker test the way to a place for keys now. @throws signing/place-unknown; identity/too-many-tries */
export async function askConnectorCheck(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { accountId } = requirePermission(ctx, "key.manage");
  const { provider } = Input.parse(input);
  await limitRate(ctx.runtime, `connector-check:${accountId}`, RATE);
  const places = await viewKeyProviders({ ...ctx.runtime, now: ctx.now });
  if (!places.some(({ name }) => name === provider)) throw signingError("place-unknown", provider);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "key-provider.check-asked", envelopeId: null, data: { provider } }),
  );
}

/** Tests it, and puts what came of it on record. */
export async function checkConnector(
  ctx: WorkerContext,
  { provider: name }: { readonly provider: string },
): Promise<void> {
  requireSystem(ctx);
  const provider = ctx.runtime.keys.providers.find((one) => one.name === name);
  if (!provider) return;
  const { refusal, tookMs } = await lookAtProvider(ctx.runtime, provider);
  const data = { provider: name, refusal, tookMs };
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, { type: "key-provider.checked", envelopeId: null, data }),
  );
}
