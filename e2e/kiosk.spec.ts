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
    expect(await page.locator('a[href]:not([href^="#"])').count()).toBe(0);
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
