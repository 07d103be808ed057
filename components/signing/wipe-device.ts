/**
 * Leaves nothing of a person on a shared device: what they typed, what this browser keeps in any of its stores, and the
 * page itself, which is put in the place of the one before it so that nobody goes back to it.
 *
 * @param ask tells the server, which ends the link and its cookies; without a network the device is wiped all the same.
 */
export async function wipeDevice(reason: "done" | "idle" | "other", goTo: string): Promise<void> {
  for (const form of document.querySelectorAll("form")) form.reset();
  for (const field of document.querySelectorAll<HTMLInputElement>("input, textarea")) field.value = "";
  await Promise.allSettled([
    fetch("/kiosk/wipe", {
      ...{ method: "POST", body: JSON.stringify({ reason }) },
      headers: { "content-type": "application/json" },
    }),
    wipeStores(),
  ]);
  // The server's word and ours may cross: what one of them opened anew is wiped again.
  await wipeStores();
  window.location.replace(goTo);
}

async function wipeStores(): Promise<void> {
  const quietly = (work: () => unknown) =>
    Promise.resolve()
      .then(work)
      .catch(() => null);
  await Promise.all([
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
}
