import type { Page } from "@playwright/test";
import { expect, expectAccessible, nextStep, OWNER, signIn, test } from "./fixtures.ts";

const PIN = "271828";

/** Everything a browser can keep of a page, filled by hand where the product itself keeps nothing. */
async function fillStores(page: Page): Promise<void> {
  await page.evaluate(async () => {
    localStorage.setItem("theirs", "1");
    sessionStorage.setItem("theirs", "1");
    // biome-ignore lint/suspicious/noDocumentCookie: what a page can set is looked at.
    document.cookie = "theirs=1; path=/";
    await (await caches.open("theirs")).put("/theirs", new Response("theirs"));
    await new Promise((resolve) => {
      indexedDB.open("theirs").onsuccess = (event) => {
        (event.target as IDBOpenDBRequest).result.close();
        resolve(null);
      };
    });
  });
}

async function left(page: Page) {
  const stores = await page.evaluate(async () => ({
    local: Object.keys(localStorage),
    session: Object.keys(sessionStorage).filter((key) => !key.startsWith("__next")),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    workers: (await navigator.serviceWorker.getRegistrations()).length,
    typed: [...document.querySelectorAll("input")].map(({ value }) => value).join(""),
  }));
  const cookies = (await page.context().cookies()).map(({ name }) => name);
  return { ...stores, cookies };
}

const NOTHING = {
  ...{ local: [], session: [], databases: [], caches: [], workers: 0, typed: "" },
  cookies: ["whereof-kiosk"],
};

test("two people sign on a host's device, and nothing of the first is left for the second", async ({
  page,
  server,
}) => {
  const [ana, ben] = [
    { name: "Ana Ruiz", isInPerson: true },
    { name: "Ben Okafor", isInPerson: true },
  ];
  const envelope = await server.sends({ to: [ana, ben], order: "parallel" });
  await signIn(page, OWNER);
  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Sign in person" }).click();
  const start = page.getByRole("dialog", { name: "Hand over this device" });
  await start.getByLabel("A number of six digits to come back with").fill(PIN);
  await start.getByLabel("The same number again").fill(PIN);
  await expectAccessible(page);
  await start.getByRole("button", { name: "Hand over the device" }).click();
  await expect(page.getByRole("heading", { name: "Mutual NDA" })).toBeVisible();
  await expectAccessible(page);

  await test.step("the list and the way out are in the language that is chosen there", async () => {
    await page.getByRole("button", { name: /^Language/ }).click();
    await page.getByRole("button", { name: "العربية" }).click();
    await expect(page).toHaveURL(/\/kiosk\?lang=ar$/);
    await expect(page.locator("html")).toHaveAttribute("dir", "rtl");
    await expect(page.getByText("اختر اسمك.")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "الخروج", exact: true }).click();
    const leave = page.getByRole("dialog", { name: "الخروج من الجلسة" });
    await leave.getByLabel("رقمك").fill("314159");
    await leave.getByRole("button", { name: "الخروج من الجلسة" }).click();
    await expect(leave.getByText("ليس هذا هو الرقم.")).toBeVisible();
    await page.goto("/kiosk?lang=de");
    await page.getByRole("button", { name: "Als Ana Ruiz beginnen" }).click();
    await expect(page.getByRole("button", { name: "Gerät zurückgeben" })).toBeVisible();
    await page.getByRole("button", { name: "Gerät zurückgeben" }).click();
    await expect(page.getByRole("button", { name: "Begin as Ana Ruiz" })).toBeVisible();
  });

  await test.step("the host's own session is not on the device", async () => {
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual(["whereof-kiosk"]);
    const { status } = await page.evaluate(async (address) => {
      const answer = await fetch(address);
      return { status: new URL(answer.url).pathname };
    }, envelope.address);
    expect(status).toBe("/sign-in");
  });

  let link = "";
  await test.step("the first person signs, with nothing that leads elsewhere", async () => {
    await page.getByRole("button", { name: "Begin as Ana Ruiz" }).click();
    await page.getByRole("button", { name: "Agree and continue" }).click();
    link = page.url();
    await expect(page.getByText(`In person with ${OWNER.name}`)).toBeVisible();
    // What belongs to them is in reach, on pages of this link alone.
    const own = new URL(link).pathname;
    const away = await page
      .locator('a[href]:not([href^="#"])')
      .evaluateAll((all) => all.map((a) => a.getAttribute("href")!));
    expect(away.filter((href) => !href.startsWith(`${own}/`))).toEqual([]);
    await page.getByRole("button", { name: "Help and more" }).click();
    for (const name of ["Ask for paper", "Change how I am reached", "Withdraw consent", "Report abuse"])
      await expect(page.getByRole("link", { name })).toBeVisible();
    await page.getByRole("link", { name: "Ask for paper" }).click();
    await expect(page.getByText(`In person with ${OWNER.name}`)).toBeVisible();
    await page.getByLabel("Where should it go?").fill("12 Oak Street, Porto");
    await page.getByRole("button", { name: "Ask for a paper copy" }).click();
    await expect(page.getByText("Your wish is on record")).toBeVisible();
    await page.getByRole("link", { name: "Back to the document" }).click();
    await nextStep(page).click();
    await page
      .getByRole("dialog", { name: "Make your signature" })
      .getByRole("button", { name: "Adopt and sign" })
      .click();
    await expectAccessible(page);
    await page
      .getByRole("dialog", { name: "Review your answers" })
      .getByRole("button", { name: "Finish" })
      .click();
    await expect(page.getByRole("heading", { name: "Thank you, Ana Ruiz" })).toBeVisible();
    await fillStores(page);
    await page.getByRole("button", { name: "Give the device back" }).click();
    await expect(page.getByRole("button", { name: "Begin as Ben Okafor" })).toBeVisible();
  });

  await test.step("nothing of them is left", async () => {
    await expect.poll(() => left(page)).toEqual(NOTHING);
    await page.goBack();
    await expect(page.getByText("Thank you")).toBeHidden();
    await page.goto(link);
    await expect(page.getByRole("region", { name: /^Page/ })).toBeHidden();
    await page.goto("/kiosk");
  });

  await test.step("who walks away is wiped too", async () => {
    await page.clock.install();
    await page.goto("/kiosk");
    await page.getByRole("button", { name: "Begin as Ben Okafor" }).click();
    await page.getByRole("button", { name: "Agree and continue" }).click();
    await expect(page.getByText(`In person with ${OWNER.name}`)).toBeVisible();
    await page.clock.runFor(100_000);
    await expect(page.getByRole("alertdialog", { name: "Are you still there?" })).toBeVisible();
    await page.clock.runFor(30_000);
    await expect(page.getByRole("button", { name: "Begin as Ben Okafor" })).toBeVisible();
    await page.clock.resume();
    expect(await left(page)).toEqual(NOTHING);
  });

  await test.step("only the host's number leads back", async () => {
    await page.getByRole("button", { name: "Leave" }).click();
    const leave = page.getByRole("dialog", { name: "Leave the session" });
    await leave.getByLabel("Your number").fill("314159");
    await leave.getByRole("button", { name: "Leave the session" }).click();
    await expect(leave.getByText("That is not the number.")).toBeVisible();
    await leave.getByLabel("Your number").fill(PIN);
    await leave.getByRole("button", { name: "Leave the session" }).click();
    await expect(page).toHaveURL(/\/envelopes$/);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  });
  const types = (await envelope.events()).map(({ type }) => type);
  for (const type of [
    "kiosk.started",
    "kiosk.handed-over",
    "kiosk.wiped",
    "kiosk.pin-refused",
    "kiosk.ended",
  ])
    expect(types).toContain(type);
});

test("whoever walks up signs a template, and the next finds nothing of them", async ({
  page,
  server,
}, info) => {
  test.setTimeout(240_000);
  const shoot = async (name: string) => {
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await page.screenshot({ path: info.outputPath(`${name}-${width}.png`) });
    }
  };
  const { id } = await server.publishesTemplate({ title: "Visitor waiver" });
  await signIn(page, OWNER);
  await page.goto(`/templates/${id}/kiosk`);
  await expectAccessible(page);
  await shoot("stand");
  await page.getByLabel("What people see").fill("Open day");
  await page.getByLabel("A number of six digits to come back with").fill(PIN);
  await page.getByLabel("The same number again").fill(PIN);
  await page.getByRole("button", { name: "Start the kiosk" }).click();
  await expect(page.getByRole("heading", { name: "Open day" })).toBeVisible();
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(["whereof-kiosk"]);
  await expectAccessible(page);
  await shoot("start");

  const enter = async (name: string, email: string) => {
    await page.getByRole("button", { name: "Begin" }).click();
    await page.getByLabel("Full name").fill(name);
    await page.getByLabel("E-mail address").fill(email);
    await page.getByRole("button", { name: "Continue" }).click();
  };

  await test.step("details that cannot be used are asked for again, and stay", async () => {
    await enter("Ana Ruiz", "ana at example");
    await expect(page.getByText("Enter your e-mail address, like ana@example.com.")).toBeVisible();
    await expect(page.getByLabel("Full name")).toHaveValue("Ana Ruiz");
    await expectAccessible(page);
    await shoot("register");
    await page.getByLabel("E-mail address").fill("ana@example.com");
    await page.getByRole("button", { name: "Continue" }).click();
  });

  let link = "";
  await test.step("the first signs and gives the device back", async () => {
    await page.getByRole("button", { name: "Open the document" }).click();
    await page.getByRole("button", { name: "Agree and continue" }).click();
    link = page.url();
    await nextStep(page).click();
    await page
      .getByRole("dialog", { name: "Make your signature" })
      .getByRole("button", { name: "Adopt and sign" })
      .click();
    await page
      .getByRole("dialog", { name: "Review your answers" })
      .getByRole("button", { name: "Finish" })
      .click();
    await expect(page.getByRole("heading", { name: "Thank you, Ana Ruiz" })).toBeVisible();
    await fillStores(page);
    await page.getByRole("button", { name: "Give the device back" }).click();
    await expect(page.getByRole("button", { name: "Begin" })).toBeVisible();
  });

  await test.step("nothing of them is left for the second", async () => {
    await expect.poll(() => left(page)).toEqual(NOTHING);
    await expect(page.getByText("Ana")).toBeHidden();
    await page.goto(link);
    await expect(page.getByRole("region", { name: /^Page/ })).toBeHidden();
    await page.goto("/kiosk?lang=de");
    await page.getByRole("button", { name: "Beginnen" }).click();
    await expect(page.getByLabel("Vollständiger Name")).toHaveValue("");
    await page.getByLabel("Vollständiger Name").fill("Ben Okafor");
    await page.getByLabel("E-Mail-Adresse").fill("ben@example.com");
    await page.getByRole("button", { name: "Weiter" }).click();
    await expect(page.getByText("Ihr Dokument ist bereit, Ben Okafor.")).toBeVisible();
    await page.getByRole("button", { name: "Abbrechen und löschen" }).click();
    await expect(page.getByRole("button", { name: "Begin" })).toBeVisible();
    await expect.poll(() => left(page)).toEqual(NOTHING);
  });

  await test.step("its host comes back by the number, and sees who came by", async () => {
    await page.getByRole("button", { name: "Leave" }).click();
    const leave = page.getByRole("dialog", { name: "Leave the session" });
    await leave.getByLabel("Your number").fill(PIN);
    await leave.getByRole("button", { name: "Leave the session" }).click();
    await expect(page).toHaveURL(/\/envelopes$/);
    await page.goto(`/templates/${id}/kiosk`);
    const session = page.getByRole("region", { name: "Open day" });
    await expect(session.getByText("Left without signing")).toBeVisible();
    await expect(session.getByRole("button", { name: "Attach a certificate Ana Ruiz" })).toBeVisible();
    await expectAccessible(page);
    await shoot("session");
  });
});

/** What a private key looks like: PEM, JWK, or PKCS #8 for a curve or RSA, as bytes and in base64. */
const KEY =
  /PRIVATE KEY|"d" ?: ?"[\w-]{40,}"|MI[A-Za-z0-9+/]{2,6}AgEAM(?:BMG|A0G)|\x02\x01\x00\x30(?:\x13\x06\x07\x2a\x86\x48\xce|\x0d\x06\x09\x2a\x86\x48\x86)/;

/** All that a browser keeps of this address, as text, and how many keys it holds that no page can read. */
async function kept(page: Page): Promise<{ readonly text: string; readonly keys: number }> {
  const stored = await page.evaluate(async () => {
    const as = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const said = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    let keys = 0;
    const read = (value: unknown): void => {
      if (value instanceof CryptoKey) keys++;
      else if (value instanceof ArrayBuffer) said.push(new TextDecoder("latin1").decode(value));
      else if (ArrayBuffer.isView(value)) read(value.buffer);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(read);
      else said.push(String(value));
    };
    for (const { name } of await indexedDB.databases()) {
      const database = await as(indexedDB.open(name!));
      for (const store of database.objectStoreNames)
        read(await as(database.transaction(store).objectStore(store).getAll()));
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) said.push(await (await cache.match(request))!.text());
    }
    return { text: said.join("\n"), keys };
  });
  const cookies = await page.context().cookies();
  return { ...stored, text: [stored.text, ...cookies.map(({ value }) => value)].join("\n") };
}

test("a signature's key and credentials stay on the server: the device holds none, and none is sent to it", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz", isInPerson: true }] });
  await signIn(page, OWNER);
  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Sign in person" }).click();
  const start = page.getByRole("dialog", { name: "Hand over this device" });
  await start.getByLabel("A number of six digits to come back with").fill(PIN);
  await start.getByLabel("The same number again").fill(PIN);
  await start.getByRole("button", { name: "Hand over the device" }).click();
  await expect(page.getByRole("heading", { name: "Mutual NDA" })).toBeVisible();

  const answers: Promise<string>[] = [];
  page.on("response", (response) => {
    const isOurs = ["document", "fetch", "xhr"].includes(response.request().resourceType());
    const read = async () => Buffer.from(await response.body()).toString("latin1");
    if (isOurs && !response.url().endsWith("/live")) answers.push(read().catch(() => ""));
  });
  await page.getByRole("button", { name: "Begin as Ana Ruiz" }).click();
  await page.getByRole("button", { name: "Agree and continue" }).click();
  await nextStep(page).click();
  const adopt = page.getByRole("dialog", { name: "Make your signature" });
  await adopt.getByRole("button", { name: "Adopt and sign" }).click();
  const whileSigning = await kept(page);
  const review = page.getByRole("dialog", { name: "Review your answers" });
  await review.getByRole("button", { name: "Finish" }).click();
  await expect(page.getByRole("heading", { name: "Thank you, Ana Ruiz" })).toBeVisible();

  // The device is away: what signs is elsewhere.
  await page.context().setOffline(true);
  await envelope.isCompleted();
  const types = (await envelope.events()).map(({ type }) => type);
  expect(types).toEqual(expect.arrayContaining(["signature.made"]));
  for (const { text, keys } of [whileSigning, await kept(page)]) {
    expect(keys).toBe(0);
    expect(text).not.toMatch(KEY);
  }
  const sent = await Promise.all(answers);
  expect(sent.filter((text) => text.length > 1_000).length).toBeGreaterThan(0);
  expect(sent.filter((text) => KEY.test(text))).toEqual([]);
  const cookies = await page.context().cookies();
  expect(cookies.map(({ name, httpOnly }) => [name, httpOnly])).toEqual([["whereof-kiosk", true]]);
});

test("whoever enters their number to leave is not disturbed while somebody waits for their turn", async ({
  page,
  server,
}) => {
  const envelope = await server.sends({
    to: [
      { name: "Ana Ruiz", isInPerson: true },
      { name: "Ben Okafor", isInPerson: true },
    ],
  });
  await signIn(page, OWNER);
  await page.goto(envelope.address);
  await page.getByRole("button", { name: "Sign in person" }).click();
  const start = page.getByRole("dialog", { name: "Hand over this device" });
  await start.getByLabel("A number of six digits to come back with").fill(PIN);
  await start.getByLabel("The same number again").fill(PIN);
  await start.getByRole("button", { name: "Hand over the device" }).click();
  await expect(page.getByText("Not their turn yet")).toBeVisible();
  const leave = page.getByRole("dialog", { name: "Leave the session" });
  // The list is looked up anew every few seconds, which a press may meet.
  await expect(async () => {
    await page.getByRole("button", { name: "Leave", exact: true }).click({ timeout: 3_000 });
    await leave.waitFor({ timeout: 2_000 });
  }).toPass();
  await leave.getByLabel("Your number").fill("2718");
  await page.waitForTimeout(7_000);
  await expect(leave.getByLabel("Your number")).toHaveValue("2718");
});
