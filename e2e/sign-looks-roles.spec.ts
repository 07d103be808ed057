import { expect, test } from "./fixtures.ts";
import { ANA, BEN, forEveryCase, look } from "./looks.ts";
import type { SeedField } from "./seed.ts";

forEveryCase(({ language, words, ana, ben, name, newContext, sends, next, agree, opened, finish }) => {
  test("what others do than sign, and what is asked of some", async ({ browser, server }) => {
    const context = await newContext(browser);
    const page = await context.newPage();
    for (const role of ["approver", "viewer"] as const) {
      const envelope = await sends(server, { to: [{ ...ana, role, fields: [] }, ben] });
      await page.goto(await envelope.linkFor(ANA));
      await look(page, name(`60-${role}`));
      await agree(page);
      await look(page, name(`61-${role}-bar`));
      await next(page).click();
      await opened(page).waitFor();
      await look(page, name(`62-${role}-review`));
      const wording = role === "approver" ? words.bar.approve : words.bar.acknowledge;
      await opened(page).getByRole("button", { name: wording, exact: true }).click();
      await page.getByRole("heading", { name: words.done.people }).waitFor();
      await look(page, name(`63-${role}-done`));
    }
    if (language === "en") {
      const consumer = await sends(server, { consentMode: "consumer" });
      await page.goto(await consumer.linkFor(ANA));
      await look(page, name("64-consumer"));
      await page.getByRole("button", { name: words.consent.agree }).click();
      await expect(page.getByText(words.consent.access.missing)).toBeInViewport({ ratio: 1 });
      await expect(page.getByLabel(words.consent.access.word)).toBeInViewport({ ratio: 0.5 });
      await look(page, name("65-consumer-missing"));
    }
    const named = await sends(server, {
      to: [ana, { name: BEN, namedBy: ANA }],
      asksForEveryPage: true,
    });
    await page.goto(await named.linkFor(ANA));
    await agree(page);
    await look(page, name("66-every-page"));

    const block = (y: number): readonly SeedField[] => [
      { type: "signature", page: 1, box: [0.1, y, 0.3, 0.05] },
      { type: "text", page: 1, box: [0.1, y + 0.06, 0.8, 0.08], settings: { isBlock: true } },
    ];
    const attested = await sends(server, {
      to: [
        ben,
        { ...ana, role: "witness", witnessOf: BEN, fields: block(0.3) },
        { name: "Nora Notary", role: "notary", language, fields: block(0.5) },
      ],
    });
    await attested.isFinishedBy(BEN);
    await page.goto(await attested.linkFor(ANA));
    await look(page, name("67-witness"));
    await page.getByRole("button", { name: words.attestation.save }).click();
    // In our words and not the browser's: from right to left the label stands there with its direction.
    const [missing] = words.field.problems.missing.split("{label}");
    const address = page.getByLabel(words.attestation.address);
    await expect(address).toHaveAccessibleDescription(new RegExp(missing!.trim()));
    await look(page, name("68-witness-missing"));
    await page.getByLabel(words.attestation.address).fill("12 Harbour Street, Austin");
    await page.getByRole("button", { name: words.attestation.save }).click();
    await agree(page);
    await next(page).click();
    await opened(page).getByRole("radio").first().waitFor();
    await opened(page).getByRole("button", { name: words.adopt.submit }).click();
    await expect(opened(page).getByRole("button", { name: words.bar.finish, exact: true })).toBeVisible();
    await look(page, name("69-witness-review"));
    await finish(page);
    await page.getByRole("heading", { name: words.done.people }).waitFor();
    await page.goto(await attested.linkFor("Nora Notary"));
    await look(page, name("70-notary"));
    await page.getByRole("button", { name: words.attestation.save }).click();
    await look(page, name("71-notary-missing"));
    await context.close();
  });
});
