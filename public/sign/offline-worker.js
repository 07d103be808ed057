// Served as it stands, for pages below /sign/ alone. It answers from a signing kit when the network does not; the kit is
// encrypted, and its key is of no use outside this browser. Nothing of a member's page ever comes by here.

const ASSETS = "whereof-assets-1";
const DATABASE = "whereof-offline";
const LINK = /^\/sign\/[\w-]{43}(?=\/|$)/;
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

worker.addEventListener("install", () => void worker.skipWaiting());
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
  const found = await read(link, pathname);
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
    const file = await get(database, "files", [place, name]);
    if (!file) return null;
    const how = { name: "AES-GCM", iv: file.iv, additionalData: new TextEncoder().encode(name) };
    const bytes = await crypto.subtle.decrypt(how, kit.aesKey, file.data);
    const headers = new Headers({ "content-type": file.type, "cache-control": "no-store" });
    if (file.policy) headers.set("content-security-policy", file.policy);
    return new Response(bytes, { headers });
  } finally {
    database.close();
  }
}

/** @param {string} text */
async function digest(text) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
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
