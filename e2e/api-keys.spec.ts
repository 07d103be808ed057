import { DEVICES, expect, expectAccessible, OWNER, ownerTest as test } from "./fixtures.ts";

test("an owner makes an API key, software fetches certificates with it, and it is revoked", async ({
  page,
  server,
  request,
}) => {
  const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }], title: "Lease 12B" });
  await envelope.isFinishedBy("Ana Ruiz");
  await envelope.isCompleted();
  await page.goto("/organization");
  await page.getByRole("link", { name: "API keys" }).click();
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible();
  await page.getByLabel("What uses it").fill("Ledger");
  await page.getByLabel("Only from these addresses").fill("example.com");
  await page.getByLabel("Your password").fill(OWNER.password);
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByText("One of the addresses cannot be read")).toBeVisible();
  await expect(page.getByLabel("What uses it")).toHaveValue("Ledger");
  await page.getByLabel("Only from these addresses").fill("");
  await page.getByRole("button", { name: "Make the key" }).click();
  await expect(page.getByText("it is shown once")).toBeVisible();
  await expectAccessible(page);
  const key = await page.getByRole("definition").first().textContent();
  await page.setViewportSize(DEVICES.phone.viewport);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider).toBeLessThanOrEqual(0);

  const call = (address: string) =>
    request.get(`/api/v1/${address}`, { headers: { authorization: `Bearer ${key}` } });
  const { data } = await (await call("certificates?limit=1")).json();
  expect(data).toMatchObject([{ id: expect.stringMatching(/^crt_/), status: "valid" }]);
  const file = await call(`certificates/${data[0].id}?format=pem`);
  expect(await file.text()).toContain("BEGIN CERTIFICATE");
  expect((await call("keys")).status()).toBe(403);

  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke", exact: true }).click();
  await expect(page.getByText("Revoked", { exact: true })).toBeVisible();
  expect((await call("certificates")).status()).toBe(401);
});
