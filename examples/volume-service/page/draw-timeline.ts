// The script of the timeline's page: draws the part of the time that one looks at. It runs in the browser, so it
// imports nothing, and all text gets in as text.
(() => {
  interface Bar {
    readonly id: string;
    readonly kind: "wait" | "hold" | "lost";
    readonly row: number;
    readonly start: number;
    readonly end: number;
    readonly text: string;
  }
  interface Arrow {
    readonly wait: string;
    readonly hold: string;
    readonly at: number;
  }
  interface LockRows {
    readonly lock: string;
    readonly firstRow: number;
    readonly rows: number;
  }
  interface PageData {
    readonly durationMs: number;
    readonly lanes: readonly { readonly node: string; readonly locks: readonly LockRows[] }[];
    readonly bars: readonly Bar[];
    readonly arrows: readonly Arrow[];
  }

  const LABELS = 250;
  const AXIS = 24;
  const ROW = 9;
  const BAR = 7;
  const LANE_HEAD = 22;
  const LOCK_GAP = 6;
  /** Arrows of waits that are narrower, in pixels, are left out. */
  const SHOWN_FROM = 30;

  const data: PageData = JSON.parse(byId("timeline").textContent ?? "");
  const picture = byId("picture");
  const bars = new Map(data.bars.map((bar) => [bar.id, bar]));
  const rowTops: number[] = [];
  const height = placeRows();
  const whole = { from: -data.durationMs * 0.005, to: data.durationMs * 1.005 || 1 };
  let view = whole;
  let chosen: string | undefined;

  function byId(id: string): HTMLElement {
    return document.getElementById(id) as HTMLElement;
  }

  /** Gives each row its place and returns the height of all. */
  function placeRows(): number {
    let top = AXIS;
    for (const { locks } of data.lanes) {
      top += LANE_HEAD;
      for (const { firstRow, rows } of locks) {
        for (let row = 0; row < rows; row++) rowTops[firstRow + row] = top + row * ROW;
        top += Math.max(rows * ROW, 12) + LOCK_GAP;
      }
      top += 4;
    }
    return top;
  }

  function draw(): void {
    const width = picture.clientWidth;
    const scale = (width - LABELS - 12) / (view.to - view.from);
    const x = (ms: number): number => LABELS + (ms - view.from) * scale;
    const svg = element("svg", { width, height, role: "img", "aria-label": "Who waited for whom" });
    drawLanes(svg, width);
    drawAxis(svg, x);
    const clip = element("clipPath", { id: "plot" });
    clip.append(element("rect", { x: LABELS, y: 0, width: width - LABELS, height }));
    const plot = element("g", { "clip-path": "url(#plot)" });
    for (const bar of data.bars) if (isInView(bar)) plot.append(drawBar(bar, x, scale));
    for (const arrow of data.arrows) drawArrow(plot, arrow, x, scale);
    svg.append(drawHead(), clip, plot);
    picture.replaceChildren(svg);
    byId("range").textContent = `${seconds(view.from)} to ${seconds(view.to)}`;
  }

  function seconds(ms: number): string {
    return `${(Math.max(ms, 0) / 1000).toFixed(view.to - view.from < 2000 ? 3 : 1)} s`;
  }

  function isInView({ start, end }: Bar): boolean {
    return end >= view.from && start <= view.to;
  }

  function drawLanes(svg: Element, width: number): void {
    let laneTop = AXIS;
    data.lanes.forEach(({ node, locks }, index) => {
      const last = locks.at(-1);
      const end = last === undefined ? laneTop + LANE_HEAD : bottomOf(last) + LOCK_GAP + 4;
      if (index % 2 === 0)
        svg.append(element("rect", { class: "lane", x: 0, y: laneTop, width, height: end - laneTop }));
      svg.append(label(node, 10, laneTop + 16, "node"));
      for (const lock of locks) {
        const top = rowTops[lock.firstRow] ?? 0;
        svg.append(label(lock.lock, 22, top + 9));
        svg.append(
          element("line", {
            class: "between",
            x1: 22,
            x2: width,
            y1: bottomOf(lock) + 2.5,
            y2: bottomOf(lock) + 2.5,
          }),
        );
      }
      laneTop = end;
    });
  }

  function bottomOf({ firstRow, rows }: LockRows): number {
    return (rowTops[firstRow] ?? 0) + Math.max(rows * ROW, 12);
  }

  function drawAxis(svg: Element, x: (ms: number) => number): void {
    const rough = (view.to - view.from) / 10;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
    for (let ms = Math.max(0, Math.ceil(view.from / step) * step); ms <= view.to; ms += step) {
      svg.append(element("line", { class: "grid", x1: x(ms), x2: x(ms), y1: AXIS - 4, y2: height }));
      const text = step < 1000 ? `${Math.round(ms)} ms` : `${ms / 1000} s`;
      svg.append(label(text, x(ms) + 3, 14));
    }
  }

  function drawBar(
    { id, kind, row, start, end, text }: Bar,
    x: (ms: number) => number,
    scale: number,
  ): Element {
    const rect = element("rect", {
      class: id === chosen ? `${kind} chosen` : kind,
      "data-id": id,
      x: x(start),
      y: rowTops[row] ?? 0,
      width: Math.max((end - start) * scale, 0.8),
      height: BAR,
      rx: 1,
    });
    const title = element("title", {});
    title.textContent = text;
    rect.append(title);
    return rect;
  }

  /** From the waiter's bar, when the holding was over, to that holding. */
  function drawArrow(
    plot: Element,
    { wait, hold, at }: Arrow,
    x: (ms: number) => number,
    scale: number,
  ): void {
    const from = bars.get(wait);
    const to = bars.get(hold);
    if (from === undefined || to === undefined || !isInView(from)) return;
    if ((from.end - from.start) * scale < SHOWN_FROM) return;
    const x1 = x(at);
    const x2 = x(Math.max(to.start, Math.min(to.end, at)));
    const y1 = (rowTops[from.row] ?? 0) + BAR / 2;
    const y2 = (rowTops[to.row] ?? 0) + BAR / 2;
    const bend = Math.min(30, 6 + Math.abs(y2 - y1) / 8);
    const kind = `arrow${to.kind === "lost" ? " lost" : ""}${wait === chosen || hold === chosen ? " chosen" : ""}`;
    plot.append(
      element("path", {
        class: kind,
        "data-wait": wait,
        "data-hold": hold,
        d: `M${x1} ${y1}C${x1 - bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`,
        "marker-end": to.kind === "lost" ? "url(#head-lost)" : "url(#head)",
      }),
    );
  }

  function drawHead(): Element {
    const defs = element("defs", {});
    for (const [id, color] of [
      ["head", "#33404d"],
      ["head-lost", "#d3222e"],
    ] as const) {
      const marker = element("marker", {
        id,
        viewBox: "0 0 8 8",
        refX: 7,
        refY: 4,
        markerWidth: 7,
        markerHeight: 7,
        orient: "auto",
        markerUnits: "userSpaceOnUse",
      });
      marker.append(element("path", { d: "M0 0L8 4L0 8Z", fill: color }));
      defs.append(marker);
    }
    return defs;
  }

  function label(text: string, x: number, y: number, kind = ""): Element {
    const found = element("text", { x, y, class: kind });
    found.textContent = text;
    return found;
  }

  function element(name: string, attributes: Readonly<Record<string, string | number>>): Element {
    const created = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, `${value}`);
    return created;
  }

  /** Looks at a part of the time; at least 2 ms of it, at most all. */
  function look(from: number, to: number): void {
    const length = Math.min(Math.max(to - from, 2), whole.to - whole.from);
    const start = Math.max(whole.from, Math.min(from, whole.to - length));
    view = { from: start, to: start + length };
    draw();
  }

  function zoom(factor: number, around = (view.from + view.to) / 2): void {
    look(around - (around - view.from) * factor, around + (view.to - around) * factor);
  }

  function timeAt(clientX: number): number {
    const { left, width } = picture.getBoundingClientRect();
    return view.from + ((clientX - left - LABELS) / (width - LABELS - 12)) * (view.to - view.from);
  }

  function choose(id: string | undefined): void {
    chosen = id;
    draw();
  }

  for (const button of document.querySelectorAll<HTMLElement>("button[data-zoom]")) {
    const factor = button.dataset["zoom"];
    button.onclick = () => (factor === "all" ? look(whole.from, whole.to) : zoom(Number(factor)));
  }
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-id]")) {
    row.onclick = () => {
      const bar = bars.get(row.dataset["id"] ?? "");
      if (bar === undefined) return;
      const margin = (bar.end - bar.start) * 0.1;
      chosen = bar.id;
      look(bar.start - margin, bar.end + margin);
      picture.scrollIntoView({ block: "center" });
    };
  }
  picture.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event.clientX));
    },
    { passive: false },
  );
  picture.onpointerdown = (event) => {
    const { from, to } = view;
    const perPixel = timeAt(1) - timeAt(0);
    const target = (event.target as Element).getAttribute("data-id") ?? undefined;
    let moved = false;
    picture.setPointerCapture(event.pointerId);
    picture.onpointermove = ({ clientX }) => {
      const by = (event.clientX - clientX) * perPixel;
      if (!moved && Math.abs(event.clientX - clientX) < 4) return;
      moved = true;
      look(from + by, to + by);
    };
    picture.onpointerup = () => {
      picture.onpointermove = null;
      picture.onpointerup = null;
      if (!moved) choose(target);
    };
  };
  window.addEventListener("resize", draw);
  draw();
})();
