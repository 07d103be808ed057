// Served as it stands, for pages below /sign/ alone. It answers from a signing kit when the network does not; the kit is
// encrypted, and its key is of no use outside this browser. Nothing of a member's page ever comes by here.

const ASSETS = "whereof-assets-1";
const DATABASE = "whereof-offline";
const LINK = /^\/sign\/[\w-]{43}(?=\/|$)/;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", (event) => {
  void worker.skipWaiting();
  // What a page tells as it goes away is lost on its way through here in some browsers.
  const { addRoutes } = /** @type {{ addRoutes?: (rule: unknown) => Promise<void> }} */ (event);
  const told = { condition: { requestMethod: "POST" }, source: "network" };
  if (addRoutes) event.waitUntil(addRoutes.call(event, told).catch(() => null));
});
worker.addEventListener("activate", (event) => event.waitUntil(begin()));

async function begin() {
  for (const name of await caches.keys())
    if (name.startsWith("whereof-assets-") && name !== ASSETS) await caches.delete(name);
  await worker.clients.claim();
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== worker.location.origin || request.method !== "GET") return;
  if (pathname.startsWith("/_next/static/") || pathname === "/icon.svg")
    event.respondWith(fetch(request).catch(() => asset(request)));
  else if (LINK.test(pathname)) event.respondWith(fetch(request).catch((error) => fromKit(request, error)));
  else if (pathname === "/sign/kept") event.respondWith(fetch(request).catch(() => asset(request)));
});

/** @param {Request} request */
async function asset(request) {
  const cache = await caches.open(ASSETS);
  return (await cache.match(request.url, { ignoreSearch: true, ignoreVary: true })) ?? Response.error();
}

/** @param {Request} request @param {unknown} error */
async function fromKit(request, error) {
  // Next asks for parts of a page; without them it loads the page.
  if (request.headers.get("rsc") !== null) throw error;
  const { pathname } = new URL(request.url);
  const link = LINK.exec(pathname)?.[0] ?? "";
  const found = await read(link, pathname).catch(async (reason) => {
    if (!(reason instanceof Changed)) throw reason;
    await markChanged(link).catch(() => null);
    // Told in words by a page that comes from no kit.
    return request.mode === "navigate" ? Response.redirect("/sign/kept", 302) : Response.error();
  });
  if (found) return found;
  if (request.mode === "navigate" && pathname !== link) return Response.redirect(link, 302);
  throw error;
}

/** @param {string} link @param {string} pathname */
async function read(link, pathname) {
  const [place, name] = [await digest(link), await digest(pathname)];
  const database = await open();
  try {
    const kit = await get(database, "kits", place);
    if (!kit || kit.expiresAt <= Date.now()) return null;
    const manifest = await manifestOf(kit);
    const file = await get(database, "files", [place, name]);
    if (!file) return null;
    const how = { name: "AES-GCM", iv: file.iv, additionalData: new TextEncoder().encode(name) };
    const bytes = await crypto.subtle.decrypt(how, kit.aesKey, file.data).catch(() => null);
    if (bytes === null || manifest.files[name] !== (await hex(bytes))) throw new Changed(name);
    const headers = new Headers({ "content-type": file.type, "cache-control": "no-store" });
    if (file.policy) headers.set("content-security-policy", file.policy);
    return new Response(bytes, { headers });
  } finally {
    database.close();
  }
}

/** The pages of the kit's link are told so too. @param {string} link */
async function markChanged(link) {
  const place = await digest(link);
  const database = await open();
  try {
    const kit = await get(database, "kits", place);
    const transaction = database.transaction("kits", "readwrite");
    if (kit) transaction.objectStore("kits").put({ ...kit, isChanged: true });
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = reject;
    });
  } finally {
    database.close();
  }
}

/** A kit is not what the server gave. */
class Changed extends Error {}

const KIT_LABEL = "whereof-offline-kit-1\n";
/** @type {Map<string, any>} by manifest and signature: each is checked once for as long as this runs. */
const genuine = new Map();

/**
 * What the server signed of a kit, by the key that stands in this worker's own address: nothing that lies beside the kit
 * says which key it is.
 *
 * @param {any} kit
 */
async function manifestOf(kit) {
  const name = `${kit.signature} ${kit.manifest}`;
  const manifest = genuine.get(name) ?? (await check(kit));
  const until = Date.parse(manifest.expiresAt) - kit.offsetMs;
  if (manifest.kit !== kit.kitId || !(kit.expiresAt <= until + 1_000)) throw new Changed("kit");
  genuine.set(name, manifest);
  return manifest;
}

/** @param {any} kit */
async function check({ manifest, signature }) {
  const given = new URL(worker.location.href).searchParams.get("key") ?? "";
  try {
    const how = { name: "ECDSA", namedCurve: "P-256" };
    const key = await crypto.subtle.importKey("spki", fromBase64(given), how, false, ["verify"]);
    const signed = new TextEncoder().encode(KIT_LABEL + manifest);
    const by = { name: "ECDSA", hash: "SHA-256" };
    if (await crypto.subtle.verify(by, key, fromBase64(signature), signed)) return JSON.parse(manifest);
  } catch {
    // What cannot be read is not what was given.
  }
  throw new Changed("manifest");
}

/** @param {string} text */
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

/** @param {string} text */
const digest = (text) => hex(new TextEncoder().encode(text));

/** @param {BufferSource} bytes */
async function hex(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE);
    // Only a page makes it: without one there is nothing to answer with.
    request.onupgradeneeded = () => request.transaction?.abort();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** @param {IDBDatabase} database @param {string} store @param {IDBValidKey} key @returns {Promise<any>} */
function get(database, store, key) {
  return new Promise((resolve, reject) => {
    const request = database.transaction(store).objectStore(store).get(key);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
