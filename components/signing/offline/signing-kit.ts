import {
  CHAIN_LABEL,
  type DeviceBody,
  KIT_LABEL,
  type KitManifest,
  OFFLINE_FILES,
  type SignedEvent,
} from "#lib/signing/core/offline-acts.ts";
import type { Kit } from "#lib/signing/offline/issue-kit.ts";
import type { SyncAnswer } from "#lib/signing/offline/sync-kit.ts";
import {
  allKits,
  eventsOf,
  findKit,
  givenFiles,
  givenName,
  hasKits,
  openJson,
  openSealed,
  put,
  putFirst,
  removeDatabase,
  removeFile,
  removeFiles,
  removeKit,
  type Sealed,
  type StoredKit,
  seal,
  sealJson,
  sha256Hex,
} from "./kit-database.ts";

/** What a kit holds beside its files. */
export interface KitContent extends Pick<Kit, "blocks" | "marks"> {
  readonly link: string;
  readonly title: string;
  readonly sender: string;
  /** Of the document bytes that are on screen. */
  readonly shown: string;
}

/** The screen as it was left, for who opens the page again without a network. */
export interface Screen {
  readonly hasAgreed: boolean;
  readonly values: Readonly<Record<string, string>>;
  readonly marks: { readonly signature: string | null; readonly initials: string | null };
  /** Names of the files that were given here, by field. */
  readonly files: Readonly<Record<string, string>>;
  /** By this device's clock, RFC 3339, once Finish was pressed. */
  readonly finishedAt: string | null;
}

export const WORKER = "/sign/offline-worker.js";
const ASSETS = "whereof-assets-1";
const FEWEST_BYTES_FREE = 30_000_000;
const MOST_PAGES = 200;
const AT_ONCE = 3;
const GRACE_MS = 7 * 86_400_000;

/** A file is larger than one kept on this device may be, alone or with the others. */
export class TooLarge extends Error {}

/** Why nothing is kept on this device. */
export class NotKept extends Error {}

export interface KitInput {
  readonly token: string;
  readonly title: string;
  readonly sender: string;
  readonly shown: string;
  /** Paths of everything the page loads: itself, its pictures, its texts. */
  readonly files: readonly string[];
}

/** A signing kit on this device: what the page needs without a network, and what was done meanwhile. */
export class SigningKit {
  readonly #stored: StoredKit;
  readonly content: KitContent;
  /** It is not what the server gave: nothing of it is shown, and nothing more recorded with it. */
  readonly isChanged: boolean;

  private constructor(stored: StoredKit, content: KitContent, isChanged: boolean) {
    this.#stored = stored;
    this.content = content;
    this.isChanged = isChanged;
  }

  get expiresAt(): Date {
    return new Date(this.#stored.expiresAt);
  }

  get id(): string {
    return this.#stored.kitId;
  }

  /** The kit of a link, if there is one on this device. What has expired is taken away here. */
  static async find(token: string): Promise<SigningKit | null> {
    await sweep();
    if (!(await hasKits())) return null;
    const stored = await findKit(await placeOf(token));
    return stored ? SigningKit.#open(stored) : null;
  }

  /** Every kit on this device. */
  static async all(): Promise<SigningKit[]> {
    await sweep();
    if (!(await hasKits())) return [];
    return Promise.all((await allKits()).map((stored) => SigningKit.#open(stored)));
  }

  static async #open(stored: StoredKit): Promise<SigningKit> {
    const content = await openJson<KitContent>(stored.aesKey, `${stored.place} about`, stored.about);
    const isChanged = stored.isChanged === true || !(await isGenuine(stored, content));
    return new SigningKit(stored, content, isChanged);
  }

  /**
   * Makes a kit: keys first, then the server's word, then the files, and only then the kit itself, so that half a kit is
   * none.
   *
   * @throws NotKept where the browser keeps nothing, or has no room
   */
  static async make(input: KitInput): Promise<SigningKit> {
    const place = await placeOf(input.token);
    if (input.files.length > 2 * MOST_PAGES + 2) throw new NotKept("too many pages");
    await requireRoom();
    const subtle = crypto.subtle;
    const aesKey = await subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const pair = await subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const publicKey = base64(new Uint8Array(await subtle.exportKey("spki", pair.publicKey)));
    await removeKit(place);
    const files = await kept(place, () => keepFiles(place, aesKey, input.files));
    const askedAt = Date.now();
    const response = await fetch(`/sign/${input.token}/offline`, jsonPost({ publicKey, files }));
    if (!response.ok) {
      await removeKit(place);
      throw new Error(`answered ${response.status}`);
    }
    const kit = (await response.json()) as Kit;
    const answeredAt = Date.now();
    const offsetMs = Math.round(Date.parse(kit.serverAt) - (askedAt + answeredAt) / 2);
    const { title, sender, shown } = input;
    const { blocks, marks } = kit;
    const content: KitContent = { link: `/sign/${input.token}`, title, sender, shown, blocks, marks };
    return kept(place, async () => {
      await serveBy(kit.signedBy);
      const { manifest, signature } = kit;
      const stored: StoredKit = {
        ...{ place, aesKey, signKey: pair.privateKey, kitId: kit.id, start: kit.start, offsetMs, sent: 0 },
        ...{ manifest, signature },
        expiresAt: Date.parse(kit.expiresAt) - offsetMs,
        about: await sealJson(aesKey, `${place} about`, content),
        screen: null,
      };
      if (!(await isGenuine(stored, content))) throw new Error("the manifest does not hold");
      await putFirst("kits", stored);
      return new SigningKit(stored, content, false);
    });
  }

  /** Tells the server that it is not what was given, sends what was recorded to be kept on record, and leaves nothing. */
  async giveUp(): Promise<void> {
    const { kitId } = this.#stored;
    const response = await fetch(`${this.content.link}/offline/changed`, jsonPost({ kitId }));
    if (response.status >= 500 || response.status === 429) throw new TypeError(`answered ${response.status}`);
    await this.send().catch((error: unknown) => {
      // What was changed may be the record itself: then the server takes nothing of it.
      if (error instanceof TypeError) throw error;
    });
    await this.wipe();
  }

  /** Adds an act to the chain; it is on this device before this resolves. */
  async record(act: unknown): Promise<void> {
    const { place, aesKey, signKey, kitId, start, offsetMs } = this.#stored;
    await navigator.locks.request(`whereof ${place}`, async () => {
      const known = await eventsOf(place);
      const sequence = known.length;
      const salt = base64Url(crypto.getRandomValues(new Uint8Array(16)));
      const whole: DeviceBody = {
        ...{ version: 1, kit: kitId, sequence, previous: known.at(-1)?.hash ?? start },
        ...{ at: new Date().toISOString(), offsetMs, salt, act },
      };
      const body = JSON.stringify(whole);
      const how = { name: "ECDSA", hash: "SHA-256" };
      const signed = new TextEncoder().encode(CHAIN_LABEL + body);
      const signature = base64(new Uint8Array(await crypto.subtle.sign(how, signKey, signed)));
      const sealed = await sealJson(aesKey, `${place} ${sequence}`, { body, signature });
      await put("events", { place, sequence, hash: await sha256Hex(CHAIN_LABEL + body), ...sealed });
    });
  }

  /**
   * Keeps a file for a field until there is a network, and records that it was given.
   *
   * @throws TooLarge; NotKept where the browser has no room
   */
  async give(fieldId: string, file: File): Promise<void> {
    const { place, aesKey } = this.#stored;
    if (file.size > OFFLINE_FILES.bytes) throw new TooLarge(`${file.size} bytes`);
    const kept = await givenFiles(place);
    const all = kept.reduce((sum, { data }) => sum + data.byteLength, file.size);
    if (kept.length >= OFFLINE_FILES.most || all > OFFLINE_FILES.allBytes)
      throw new TooLarge(`${all} in all`);
    const bytes = await file.arrayBuffer();
    const sha256 = await sha256Hex(bytes);
    const name = givenName(sha256);
    try {
      const sealed = await seal(aesKey, name, bytes);
      await put("files", { place, name, type: "application/octet-stream", policy: null, ...sealed });
    } catch (error) {
      throw isStorage(error) ? new NotKept("no room", { cause: error }) : error;
    }
    await this.record({
      ...{ type: "attach", fieldId, name: file.name.slice(-200), sha256, sizeBytes: file.size },
    });
  }

  /** How many acts the server does not have. */
  async waiting(): Promise<number> {
    const { place } = this.#stored;
    const stored = await findKit(place);
    return stored ? (await eventsOf(place)).length - stored.sent : 0;
  }

  /** The server has had something of this kit when it was opened. */
  get hasSent(): boolean {
    return this.#stored.sent > 0;
  }

  /**
   * Sends what the server does not have. The same again changes nothing there.
   *
   * @param isAsking sends the last act once more, for what the server says of them all. @returns null when there is nothing to send. @throws TypeError without a network; Refused
   */
  async send(isAsking = false): Promise<SentAnswer | null> {
    const { place, aesKey, kitId } = this.#stored;
    return navigator.locks.request(`whereof ${place} send`, async () => {
      const stored = await findKit(place);
      const from = Math.max(0, (stored?.sent ?? 0) - (isAsking ? 1 : 0));
      const waiting = stored ? (await eventsOf(place)).slice(from) : [];
      if (!stored || waiting.length === 0) return null;
      const events = await Promise.all(
        waiting.map((event) => openJson<SignedEvent>(aesKey, `${place} ${event.sequence}`, event)),
      );
      const given = events.flatMap(({ body }) => givenIn(body));
      const problems = new Map<string, string>();
      for (const one of given) {
        const code = await this.#sendFile(one);
        if (code) problems.set(one.sha256, code);
      }
      const sentAt = new Date().toISOString();
      const response = await fetch(
        `${this.content.link}/offline/events`,
        jsonPost({ kitId, sentAt, events }),
      );
      if (response.status >= 500 || response.status === 429)
        throw new TypeError(`answered ${response.status}`);
      const answer = (await response.json()) as SyncAnswer & { code?: string };
      if (!response.ok) throw new Refused(answer.code ?? "internal");
      await put("kits", { ...stored, sent: answer.received });
      for (const { sha256 } of given) await removeFile(place, givenName(sha256));
      // The server knows that no file came; this device knows why.
      const why = given.map(({ sha256 }) => problems.get(sha256)).find((code) => code !== undefined);
      const refused: RefusedAct[] = [];
      for (const one of answer.refused)
        refused.push({
          ...one,
          ...(one.code === MISSING && why ? { code: why } : {}),
          entered: await this.#entered(one.sequence),
        });
      return { ...answer, refused };
    });
  }

  /** What was typed in an act; null where it typed nothing. */
  async #entered(sequence: number): Promise<string | null> {
    const { place, aesKey } = this.#stored;
    const event = (await eventsOf(place)).find((one) => one.sequence === sequence);
    if (!event) return null;
    const { body } = await openJson<SignedEvent>(aesKey, `${place} ${sequence}`, event);
    const { type, value } = (JSON.parse(body) as Recorded).act;
    return type === "fill" && value !== undefined ? value : null;
  }

  /** @returns why the server will never take it. @throws TypeError without a network; Refused */
  async #sendFile({ fieldId, name, sha256 }: GivenAct): Promise<string | null> {
    const { place, aesKey, kitId } = this.#stored;
    const kept = (await givenFiles(place)).find((one) => one.name === givenName(sha256));
    if (!kept) return null;
    const asked = new URLSearchParams({ kit: kitId, field: fieldId, name });
    const response = await fetch(`${this.content.link}/offline/files?${asked}`, {
      method: "PUT",
      headers: { "content-type": "application/octet-stream" },
      body: await openSealed(aesKey, kept.name, kept),
    });
    if (response.ok) return null;
    if (response.status >= 500 || response.status === 429) throw new TypeError(`answered ${response.status}`);
    const code = ((await response.json()) as { code?: string }).code ?? "internal";
    if (!/^signing\/(file|offline-too-much)/.test(code)) throw new Refused(code);
    return code;
  }

  async keepScreen(screen: Screen): Promise<void> {
    const { place, aesKey } = this.#stored;
    const sealed = await sealJson(aesKey, `${place} screen`, screen);
    await navigator.locks.request(`whereof ${place} send`, async () => {
      const stored = await findKit(place);
      if (stored) await put("kits", { ...stored, screen: sealed });
    });
  }

  /** As it was kept last, and what was recorded since: the page may have gone before it kept the screen. */
  async screen(): Promise<Screen | null> {
    const { place, aesKey } = this.#stored;
    const stored = await findKit(place);
    if (!stored) return null;
    const sealed: Sealed | null = stored.screen;
    const kept: Screen | null = sealed ? await openJson(aesKey, `${place} screen`, sealed) : null;
    const waiting = (await eventsOf(place)).slice(stored.sent);
    if (!kept && waiting.length === 0) return null;
    let screen = kept ?? NOTHING_KEPT;
    for (const event of waiting) {
      const { body } = await openJson<SignedEvent>(aesKey, `${place} ${event.sequence}`, event);
      screen = after(screen, JSON.parse(body) as Recorded);
    }
    return screen;
  }

  /** Leaves nothing of it on this device, and tells the server so where it can be told. */
  async wipe(): Promise<void> {
    const { place, kitId } = this.#stored;
    const isAnyLeft = await removeKit(place);
    if (!isAnyLeft) await leaveNothing();
    void fetch(`${this.content.link}/offline/wiped`, { ...jsonPost({ kitId }), keepalive: true }).catch(
      () => null,
    );
  }
}

const NOTHING_KEPT: Screen = {
  ...{ hasAgreed: false, values: {}, marks: { signature: null, initials: null }, files: {} },
  finishedAt: null,
};

/** Stands in a field whose file lies on this device alone. */
const HERE = "here";

interface Recorded {
  readonly at: string;
  readonly act: Readonly<Partial<Record<"type" | "fieldId" | "value" | "name", string>>>;
}

const LAST: readonly string[] = ["finish", "approve", "decline"];

/** The screen after one more act. */
function after(screen: Screen, { at, act: { type = "", fieldId, value, name } }: Recorded): Screen {
  if (type === "consent") return { ...screen, hasAgreed: true };
  if (LAST.includes(type)) return { ...screen, finishedAt: screen.finishedAt ?? at };
  if (fieldId === undefined) return screen;
  const entered = type === "attach" ? HERE : value;
  if (entered === undefined) return screen;
  const files = { ...screen.files, ...(name === undefined ? {} : { [fieldId]: name }) };
  return { ...screen, values: { ...screen.values, [fieldId]: entered }, files };
}

const MISSING = "signing/offline-file-missing";

/** What the server did not apply, and what had been typed. */
export type RefusedAct = SyncAnswer["refused"][number] & { readonly entered: string | null };

export type SentAnswer = Omit<SyncAnswer, "refused"> & { readonly refused: readonly RefusedAct[] };

interface GivenAct {
  readonly fieldId: string;
  readonly name: string;
  readonly sha256: string;
}

/** What an act gives, if it gives a file. */
function givenIn(body: string): GivenAct[] {
  const { act } = JSON.parse(body) as { act: { type?: string } & GivenAct };
  return act.type === "attach" ? [act] : [];
}

/** What was sent was refused for good. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const placeOf = (token: string): Promise<string> => sha256Hex(`/sign/${token}`);

/**
 * Takes away what has expired. What was recorded and never sent is not applied any more, but it is not lost either: it
 * waits some days longer to be put on record, without the document.
 */
async function sweep(): Promise<void> {
  if (!(await hasKits())) return;
  for (const { place, expiresAt, sent } of await allKits()) {
    if (expiresAt > Date.now()) continue;
    const isWaiting = (await eventsOf(place)).length > sent && Date.now() < expiresAt + GRACE_MS;
    if (isWaiting) await removeFiles(place);
    else if (!(await removeKit(place))) await leaveNothing();
  }
}

/** The last kit is gone: so is everything that served it. */
async function leaveNothing(): Promise<void> {
  await removeDatabase();
  await caches.delete(ASSETS).catch(() => false);
  for (const registration of await navigator.serviceWorker.getRegistrations())
    if (new URL(registration.scope).pathname === "/sign/") await registration.unregister();
}

async function requireRoom(): Promise<void> {
  const { quota, usage } = (await navigator.storage?.estimate?.()) ?? {};
  if (quota !== undefined && quota - (usage ?? 0) < FEWEST_BYTES_FREE) throw new NotKept("no room");
}

const isStorage = (error: unknown): boolean =>
  error instanceof DOMException && error.name !== "AbortError" && error.name !== "TimeoutError";

/** Whatever fails takes the whole kit with it. @throws NotKept where the browser has no room */
async function kept<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await removeKit(place).catch(() => false);
    throw isStorage(error) ? new NotKept("no room", { cause: error }) : error;
  }
}

/** The worker's own address says whose kits it opens: a page that is made later changes nothing in it. */
async function serveBy(key: string): Promise<void> {
  await navigator.serviceWorker.register(`${WORKER}?${new URLSearchParams({ key })}`, { scope: "/sign/" });
  await navigator.serviceWorker.ready;
}

/** The key in the address of the worker that serves kits; null where none does. */
async function trustedKey(): Promise<string | null> {
  const registration = await navigator.serviceWorker.getRegistration("/sign/");
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  return worker ? new URL(worker.scriptURL).searchParams.get("key") : null;
}

/** Whether a kit is what the server gave, by its signature and all that it was given with. */
async function isGenuine(stored: StoredKit, { blocks, marks }: KitContent): Promise<boolean> {
  const { manifest, signature, start, kitId, expiresAt, offsetMs } = stored;
  try {
    const key = await crypto.subtle.importKey(
      "spki",
      bytesOf((await trustedKey()) ?? ""),
      { name: "ECDSA", namedCurve: "P-256" },
      false,
      ["verify"],
    );
    const signed = new TextEncoder().encode(KIT_LABEL + manifest);
    const how = { name: "ECDSA", hash: "SHA-256" };
    if (!(await crypto.subtle.verify(how, key, bytesOf(signature), signed))) return false;
    const given = JSON.parse(manifest) as KitManifest;
    return (
      given.kit === kitId &&
      start === (await sha256Hex(KIT_LABEL + manifest)) &&
      expiresAt <= Date.parse(given.expiresAt) - offsetMs + 1_000 &&
      sameBlocks(given.blocks, blocks) &&
      given.marksSha256 === (await sha256Hex(JSON.stringify(marks)))
    );
  } catch {
    // What cannot be read is not what was given.
    return false;
  }
}

const sameBlocks = (a: KitManifest["blocks"], b: KitManifest["blocks"]): boolean =>
  a.isFinishBlocked === b.isFinishBlocked &&
  a.isConsentBlocked === b.isConsentBlocked &&
  a.fieldIds.join() === b.fieldIds.join();

const bytesOf = (base64Text: string) =>
  Uint8Array.from(atob(base64Text), (character) => character.charCodeAt(0));

/**
 * What the page is made of, sealed one by one; scripts and styles are everybody's and lie in a cache of their own.
 *
 * @returns SHA-256 of each path → of its bytes, lower-case hex.
 */
async function keepFiles(
  place: string,
  aesKey: CryptoKey,
  files: readonly string[],
): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  const open = [...files];
  const worker = async () => {
    for (let path = open.shift(); path !== undefined; path = open.shift()) {
      const response = await fetch(path);
      if (!response.ok) throw new TypeError(`answered ${response.status}`);
      const bytes = await response.arrayBuffer();
      const name = await sha256Hex(new URL(path, location.origin).pathname);
      const type = response.headers.get("content-type") ?? "application/octet-stream";
      const policy = response.headers.get("content-security-policy");
      if (type.startsWith("text/html")) await keepAssets(new TextDecoder().decode(bytes));
      hashes[name] = await sha256Hex(bytes);
      await putFirst("files", { place, name, type, policy, ...(await seal(aesKey, name, bytes)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return hashes;
}

/**
 * Scripts, styles and fonts of the page and of what it has loaded since. What is missing would be found out without a network.
 *
 * @throws TypeError where one does not come
 */
async function keepAssets(html: string): Promise<void> {
  const named = new Set(
    [...html.matchAll(/\/_next\/static\/[^"'\\\s)]+/g)].map(([path]) => path.split("?")[0]!),
  );
  const loaded = performance
    .getEntriesByType("resource")
    .map(({ name }) => new URL(name).pathname)
    .filter((path) => path.startsWith("/_next/static/"));
  const cache = await caches.open(ASSETS);
  for (const path of new Set([...named, ...loaded, "/icon.svg"])) {
    if (await cache.match(path)) continue;
    const response = await fetch(path);
    if (response.ok) await cache.put(path, response);
    // What was loaded before the product was updated, the page that is kept does without.
    else if (named.has(path)) throw new TypeError(`${path} answered ${response.status}`);
  }
}

/** The list of what is on this device opens without a network too: the page comes last, so that half of it is none. */
export async function keepListPage(): Promise<void> {
  const response = await fetch("/sign/kept");
  await keepAssets(await response.clone().text());
  const cache = await caches.open(ASSETS);
  await cache.put("/sign/kept", response);
}

const jsonPost = (body: unknown): RequestInit => ({
  ...{ method: "POST", body: JSON.stringify(body) },
  headers: { "content-type": "application/json" },
});

const base64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const base64Url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
