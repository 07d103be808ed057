import { type Engine, type EngineName, type EngineWindow, missingFor, openEngine } from "./engines.ts";
import { expect, test } from "./fixtures.ts";
import { ONE_SIGNATURE, type SeedField } from "./seed.ts";

const FIELDS: readonly SeedField[] = [
  { type: "text", box: [0.12, 0.3, 0.5, 0.03], label: "Town" },
  { type: "checkbox", box: [0.12, 0.7, 0.022, 0.0155], label: "I have read it" },
  { type: "initials", box: [0.8, 0.925, 0.09, 0.035] },
  ...ONE_SIGNATURE,
];
const SIZES = { phone: [390, 844], desktop: [1280, 900] } as const;

for (const name of ["firefox", "webkit"] satisfies EngineName[])
  test.describe(`in ${name}`, () => {
    const missing = missingFor(name);
    test.skip(missing !== null, missing ?? "");
    let engine: Engine;
    let window: EngineWindow;
    test.beforeEach(async () => {
      engine = await openEngine(name);
      window = engine.window;
    });
    test.afterEach(async ({ server: _ }, info) => {
      if (info.status !== info.expectedStatus) await window.picture(info.outputPath("end.png"));
      await engine.close();
    });

    for (const [device, [width, height]] of Object.entries(SIZES))
      test(`on a ${device} a document is filled in, signed with a typed and a drawn mark, and finished`, async ({
        server,
      }) => {
        const envelope = await server.sends({ to: [{ name: "Ana Ruiz", fields: FIELDS }] });
        await window.size(width, height);
        await window.goTo(await envelope.linkFor("Ana Ruiz"));
        await window.element("heading", /^Olivia Owner asks you to sign/);
        await window.press("button", "Help and more");
        await window.element("link", "Download the document");
        await window.key(ESCAPE);
        await window.hides("link", "Download the document");
        await window.press("button", "Agree and continue");

        await window.enter("textbox", /^Town, page 1/, "Porto");
        await window.press("checkbox", /^I have read it, page 1/);
        await window.press("button", "Add initials · 3 of 4");
        await window.element("dialog", "Make your signature");
        await window.press("radio", "Style 2 of 5");
        await window.press("button", "Adopt and sign");
        await window.element("button", "Initials, page 1, holds your initials");
        await window.press("button", "Sign · 4 of 4");

        await window.element("dialog", "Review your answers");
        await window.press("button", "Close");
        await window.press("button", "Signature, page 2, holds your signature");
        await window.element("dialog", "Change your signature");
        await window.press("tab", "Draw");
        await drawsWave(window);
        await window.press("button", "Adopt and sign");
        await window.hides("dialog", "Change your signature");

        await window.press("button", "Finish");
        await window.element("dialog", "Review your answers");
        await window.shows("Porto");
        await window.press("button", "Finish");
        await window.element("heading", /^You have signed “Mutual NDA”/);
        await window.shows("the document is sealed");
        const events = await envelope.events();
        const methods = events.filter(({ type }) => type === "mark.adopted").map(({ data }) => data.method);
        expect(methods).toEqual(expect.arrayContaining(["typed", "drawn"]));
      });

    test("what is needed without a network lies on the device, and is signed and sent from there", async ({
      server,
    }) => {
      const envelope = await server.sends({ to: [{ name: "Ana Ruiz" }] });
      await window.size(...SIZES.phone);
      await window.goTo(await envelope.linkFor("Ana Ruiz"));
      await window.press("button", "Agree and continue");
      await window.until("kit", () => document.querySelector("[data-offline=ready]") !== null);
      await engine.isOffline(true);
      await window.press("button", "Sign");
      await window.press("button", "Adopt and sign");
      await window.shows("Saved on this device");
      await window.press("button", "Finish");
      await window.element("heading", /^Done on this device, not sent yet/);
      expect((await envelope.events()).map(({ type }) => type)).not.toContain("recipient.signed");
      await engine.isOffline(false);
      await window.element("heading", /^You have signed “Mutual NDA”/);
    });
  });

const ESCAPE = "\uE00C";

async function drawsWave(window: EngineWindow): Promise<void> {
  await window.element("img", "Draw your signature here");
  const { x, y, width, height } = await window.run(() => {
    const pad = [...document.querySelectorAll("[aria-label='Draw your signature here']")].at(-1)!;
    return pad.getBoundingClientRect().toJSON() as DOMRect;
  });
  await window.draw(
    Array.from({ length: 41 }, (_, step) => [
      x + width * (0.2 + (0.6 * step) / 40),
      y + height * (0.5 + 0.3 * Math.sin(step / 4)),
    ]),
  );
}
