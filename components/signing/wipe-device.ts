/**
 * Leaves nothing of a person on a shared device: what they typed, what this browser keeps in any of its stores, and the
 * page itself, which is put in the place of the one before it so that nobody goes back to it.
 *
 * @param ask tells the server, which ends the link and its cookies; without a network the device is wiped all the same.
 */
export async function wipeDevice(reason: "done" | "idle" | "other", goTo: string): Promise<void> {
  for (const form of document.querySelectorAll("form")) form.reset();
  for (const field of document.querySelectorAll<HTMLInputElement>("input, textarea")) field.value = "";
  await Promise.allSettled([tellServer(reason), wipeStores()]);
  // The server's word and ours may cross: what one of them opened anew is wiped again.
  await wipeStores();
  window.location.replace(goTo);
}

const TRIES = 4;
const PAUSE_MS = 300;
const ANSWER_MS = 5_000;
/** A browser that clears a site by the server's word may never answer about its stores: nobody is kept by that. */
const STORES_MS = 3_000;

/** Says it again while the server has not taken it: until it has, the device's first page knows who was here. */
async function tellServer(reason: "done" | "idle" | "other"): Promise<void> {
  for (let tried = 1; tried <= TRIES; tried++) {
    const answer = await fetch("/kiosk/wipe", {
      ...{ method: "POST", body: JSON.stringify({ reason }) },
      headers: { "content-type": "application/json" },
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => null);
    if (answer?.ok || !navigator.onLine) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** tried));
  }
}

async function wipeStores(): Promise<void> {
  const quietly = (work: () => unknown) =>
    Promise.resolve()
      .then(work)
      .catch(() => null);
  const wiped = Promise.all([
    quietly(() => window.sessionStorage.clear()),
    quietly(() => window.localStorage.clear()),
    quietly(async () => {
      for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name);
    }),
    quietly(async () => {
      for (const name of await caches.keys()) await caches.delete(name);
    }),
    quietly(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations())
        await registration.unregister();
    }),
  ]);
  await Promise.race([wiped, new Promise((resolve) => setTimeout(resolve, STORES_MS))]);
}
