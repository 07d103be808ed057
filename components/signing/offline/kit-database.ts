/** What a device keeps of a signing kit: keys that cannot be taken out, and bytes that only they open. */

const DATABASE = "whereof-offline";
const STORES = { kits: "place", files: ["place", "name"], events: ["place", "sequence"] } as const;

export interface StoredKit {
  /** SHA-256 of the link's path, lower-case hex: the link itself stands only where it is sealed. */
  readonly place: string;
  /** AES-GCM, 256 bits, not extractable. */
  readonly aesKey: CryptoKey;
  /** ECDSA on P-256, not extractable. */
  readonly signKey: CryptoKey;
  readonly kitId: string;
  /** What the server signed of it, exactly; how it signed it, base64. */
  readonly manifest: string;
  readonly signature: string;
  /** The worker found a file of it that is not what was given. */
  readonly isChanged?: boolean;
  /** What the first event is linked to. */
  readonly start: string;
  /** Milliseconds since 1970, by this device's clock put right. */
  readonly expiresAt: number;
  /** Server clock minus device clock, in milliseconds. */
  readonly offsetMs: number;
  /** How many of the events the server has. */
  readonly sent: number;
  /** What the page has to know of it. */
  readonly about: Sealed;
  /** The screen as it was last. */
  readonly screen: Sealed | null;
}

export interface Sealed {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

export interface StoredFile extends Sealed {
  readonly place: string;
  /** SHA-256 of its path, lower-case hex; of a file that was given here, after `given `, of its bytes. */
  readonly name: string;
  readonly type: string;
  /** Content security policy of a page. */
  readonly policy: string | null;
}

export interface StoredEvent extends Sealed {
  readonly place: string;
  readonly sequence: number;
  /** Of its body, as the next one names it. */
  readonly hash: string;
}

interface Rows {
  readonly kits: StoredKit;
  readonly files: StoredFile;
  readonly events: StoredEvent;
}
type StoreName = keyof Rows;

function asPromise<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** There is nothing on this device to look into. */
class NoDatabase extends Error {}

/**
 * @param creates only a kit that is being made leaves a database behind: whoever looks too late finds none.
 * @throws NoDatabase; or where the browser keeps nothing on this device
 */
async function openDatabase(creates: boolean): Promise<IDBDatabase> {
  if (!creates && !(await hasKits())) throw new NoDatabase();
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    if (!creates) return request.transaction!.abort();
    for (const [name, keyPath] of Object.entries(STORES))
      request.result.createObjectStore(name, {
        keyPath: typeof keyPath === "string" ? keyPath : [...keyPath],
      });
  };
  const database = await asPromise(request);
  // Another page may want to delete it.
  database.onversionchange = () => database.close();
  return database;
}

async function within<T>(
  stores: readonly StoreName[],
  mode: IDBTransactionMode,
  work: (transaction: IDBTransaction) => Promise<T> | T,
  creates = false,
): Promise<T> {
  const database = await openDatabase(creates);
  try {
    const transaction = database.transaction(stores, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await work(transaction);
    await done;
    return result;
  } finally {
    database.close();
  }
}

export const put = <N extends StoreName>(name: N, row: Rows[N]): Promise<void> =>
  within([name], "readwrite", (transaction) => void transaction.objectStore(name).put(row));

/** The same for what a kit is made of: the first of it makes the database. */
export const putFirst = <N extends StoreName>(name: N, row: Rows[N]): Promise<void> =>
  within([name], "readwrite", (transaction) => void transaction.objectStore(name).put(row), true);

/** What is not there is empty. */
async function orNothing<T>(work: Promise<T>, nothing: T): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isGone = error instanceof NoDatabase || (error as DOMException | null)?.name === "AbortError";
    if (isGone) return nothing;
    throw error;
  }
}

export const findKit = (place: string): Promise<StoredKit | undefined> =>
  orNothing(
    within(["kits"], "readonly", (transaction) => asPromise(transaction.objectStore("kits").get(place))),
    undefined,
  );

export const allKits = (): Promise<StoredKit[]> =>
  orNothing(
    within(["kits"], "readonly", (transaction) => asPromise(transaction.objectStore("kits").getAll())),
    [],
  );

/** In their order. */
export const eventsOf = (place: string): Promise<StoredEvent[]> =>
  orNothing(
    within(["events"], "readonly", (transaction) =>
      asPromise(transaction.objectStore("events").getAll(rangeOf(place))),
    ),
    [],
  );

const rangeOf = (place: string) => IDBKeyRange.bound([place], [place, []]);

/** Whether there is a database at all: looking into one would make it. */
export async function hasKits(): Promise<boolean> {
  const databases = await indexedDB.databases();
  return databases.some(({ name }) => name === DATABASE);
}

const GIVEN = "given ";

/** What a file that was given here is called, so that it sorts after all that the page is made of. */
export const givenName = (sha256: string): string => `${GIVEN}${sha256}`;

/** What it shows goes; what was recorded stays, and the files that belong to it. */
export const removeFiles = (place: string): Promise<void> =>
  within(["files"], "readwrite", (transaction) => {
    const shown = IDBKeyRange.bound([place], [place, GIVEN], false, true);
    transaction.objectStore("files").delete(shown);
  });

/** The files that were given here. */
export const givenFiles = (place: string): Promise<StoredFile[]> =>
  orNothing(
    within(["files"], "readonly", (transaction) => {
      const given = IDBKeyRange.bound([place, GIVEN], [place, []]);
      return asPromise(transaction.objectStore("files").getAll(given));
    }),
    [],
  );

export const removeFile = (place: string, name: string): Promise<void> =>
  within(["files"], "readwrite", (transaction) => {
    transaction.objectStore("files").delete([place, name]);
  });

/** Takes a kit away, keys first: what is left of it for a moment opens nothing. @returns whether any is left */
export async function removeKit(place: string): Promise<boolean> {
  const work = within(["kits", "files", "events"], "readwrite", (transaction) => {
    transaction.objectStore("kits").delete(place);
    transaction.objectStore("files").delete(rangeOf(place));
    transaction.objectStore("events").delete(rangeOf(place));
  });
  await orNothing(work, undefined);
  return (await allKits()).length > 0;
}

export async function removeDatabase(): Promise<void> {
  await new Promise<void>((resolve) => {
    const request = indexedDB.deleteDatabase(DATABASE);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

/** @param name bound to what is sealed, so that nothing stands in another's place. */
export async function seal(key: CryptoKey, name: string, bytes: BufferSource): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  return { iv, data: await crypto.subtle.encrypt(how, key, bytes) };
}

export const sealJson = (key: CryptoKey, name: string, value: unknown): Promise<Sealed> =>
  seal(key, name, new TextEncoder().encode(JSON.stringify(value)));

export async function openSealed(key: CryptoKey, name: string, { iv, data }: Sealed): Promise<ArrayBuffer> {
  const how = { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) };
  return crypto.subtle.decrypt(how, key, data);
}

export const openJson = async <T>(key: CryptoKey, name: string, sealed: Sealed): Promise<T> =>
  JSON.parse(new TextDecoder().decode(await openSealed(key, name, sealed))) as T;

export async function sha256Hex(content: string | ArrayBuffer): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
