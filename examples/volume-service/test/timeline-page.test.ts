import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTimeline } from "../dist/timeline/timeline.js";
import { renderPage } from "../dist/timeline/timeline-page.js";
import { findChromium, lookAt } from "./chromium.js";
import { handover, holding } from "./span-records.js";

const HOSTILE = `</script><img src=x onerror="throw 1">'&`;
const hostile = { node: HOSTILE, names: [HOSTILE], template: HOSTILE, operation: HOSTILE };
const records = [
  ...handover.map((record) => (record.node === "node-b" ? { ...record, ...hostile } : record)),
  holding("lost", 1_010, 1_140, { names: ["volume-9"], outcome: "lost", lostReason: HOSTILE }),
];
const page = renderPage(createTimeline(records));

describe("the timeline's page", () => {
  it("says which operation waited, for how long, behind whom", () => {
    const table = page.slice(page.indexOf("<tbody>"), page.indexOf("</tbody>"));
    const cells = ["82 ms", "&#60;/script", "attach on node-a", "held it 99 ms, token 7"];
    for (const cell of cells) assert.ok(table.includes(`<td>${cell}`), cell);
    assert.match(page, /2 requests on 2 nodes in 0\.1 s · 1 had to wait, the longest 82 ms · 1 lost lock/);
  });

  it("lets no name become part of the page", () => {
    assert.ok(!page.includes("<img"));
    assert.equal(page.split("</script>").length - 1, 2);
  });

  it("needs nothing from elsewhere", () => {
    assert.doesNotMatch(page.replaceAll("http://www.w3.org/2000/svg", ""), /https?:|@import|url\((?!#)/);
  });

  it("can be of nothing", () => {
    assert.match(
      renderPage(createTimeline([])),
      /0 requests on 0 nodes in 0\.0 s · 0 had to wait · 0 lost locks/,
    );
  });

  describe("in Chromium", function () {
    this.timeout(90_000);
    let directory: string;
    let chromium: string;
    before(async function () {
      const found = await findChromium();
      if (found === undefined) {
        console.log("      skipped: no `chromium` on the PATH, and FENCELINE_CHROMIUM is not set");
        this.skip();
      }
      chromium = found;
      directory = await mkdtemp(join(tmpdir(), "fenceline-page-"));
    });
    after(async () => {
      if (directory !== undefined) await rm(directory, { recursive: true });
    });

    const look = async (html: string) => {
      const [file, screenshot] = [join(directory, "page.html"), join(directory, "page.png")];
      await writeFile(file, html);
      return { ...(await lookAt(chromium, file, screenshot)), image: await readFile(screenshot) };
    };

    it("draws bars, lost locks and arrows, and has nothing to complain about", async () => {
      const { dom, console, image } = await look(page);
      assert.deepEqual(console, []);
      assert.match(dom, /<path class="arrow" data-wait="b1" data-hold="a2"/);
      assert.match(dom, /<rect class="lost" data-id="lost"/);
      assert.equal(dom.match(/<rect class="(wait|hold)"/g)?.length, 4);
      assert.ok(!dom.includes("<img"));
      assert.ok(image.length > 10_000, `${image.length} bytes`);
    });

    it("complains where the page fails", async () => {
      const { console } = await look(
        page.replace("</body>", '<script>throw new Error("seen")</script></body>'),
      );
      assert.match(console.join("\n"), /seen/);
    });
  });
});
