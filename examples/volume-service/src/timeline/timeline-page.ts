import { readFileSync } from "node:fs";
import { inMs } from "./bar-text.js";
import { STYLE } from "./page-style.js";
import type { SpanRecord } from "./span-record.js";
import type { Timeline, Wait } from "./timeline.js";

/** So many waits are listed. */
const LISTED = 12;

/** Draws a timeline as one HTML file that needs nothing else, neither a server nor the network. */
export function renderPage(timeline: Timeline): string {
  const { lanes, bars, arrows, waits, durationMs, startMs } = timeline;
  const lost = bars.filter(({ kind }) => kind === "lost").length;
  const facts = [
    `${bars.filter(({ kind }) => kind === "wait").length} requests on ${lanes.length} nodes in ${(durationMs / 1_000).toFixed(1)} s`,
    `${waits.length} had to wait${waits[0] === undefined ? "" : `, the longest ${inMs(waits[0].waitedMs)}`}`,
    `${lost} lost ${lost === 1 ? "lock" : "locks"}`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<title>Fenceline: who waited for whom</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Who waited for whom</h1>
<p class="facts">${facts.map(escapeHtml).join(" · ")} · began ${new Date(startMs).toISOString()}</p>
<div class="bar">
<span class="key"><i class="wait"></i>waits</span>
<span class="key"><i class="hold"></i>holds</span>
<span class="key"><i class="lost"></i>holds, but the lock is lost or the node was killed</span>
<span class="key"><svg width="16" height="14"><path d="M8 1V12M5 8L8 12L11 8"/></svg>from a waiter to whom it waited for</span>
<span class="tools"><span id="range"></span>
<button type="button" data-zoom="0.5">closer</button><button type="button" data-zoom="2">farther</button><button type="button" data-zoom="all">everything</button></span>
</div>
<div id="picture"></div>
<p class="hint">Drag to move, turn the wheel with Ctrl to zoom, point at a bar for what it is. Arrows of waits that are too short to see are left out until one comes closer.</p>
<h2>The longest waits</h2>
<table>
<thead><tr><th>waited<th>operation<th>on node<th>for the lock<th>behind<th>which</tr></thead>
<tbody>
${waits.slice(0, LISTED).map(renderWait).join("\n")}
</tbody>
</table>
<script type="application/json" id="timeline">${toScriptData({ durationMs, lanes, bars, arrows })}</script>
<script>${readFileSync(new URL("../../dist-page/draw-timeline.js", import.meta.url), "utf8")}</script>
</body>
</html>
`;
}

function renderWait({ record, waitedMs, behind, behindWaitedMs }: Wait): string {
  const cells = [
    inMs(waitedMs),
    record.operation ?? "",
    record.node,
    record.names.join(", "),
    behind === undefined ? "requests that gave up" : `${behind.operation ?? "a request"} on ${behind.node}`,
    behind === undefined ? "" : storyOf(behind, behindWaitedMs),
  ];
  const shown = cells.map((cell) => `<td>${escapeHtml(cell)}`).join("");
  return `<tr data-id="${escapeHtml(record.spanId)}">${shown}</tr>`;
}

function storyOf({ outcome, endMs, startMs, lostReason, token }: SpanRecord, waitedMs: number): string {
  const heldMs = endMs === undefined ? undefined : endMs - startMs;
  const held =
    heldMs === undefined
      ? "never gave it back, its node was killed"
      : `${outcome === "lost" ? `lost it (${lostReason}) after` : "held it"} ${inMs(heldMs)}`;
  const waited = waitedMs > (heldMs ?? waitedMs) ? [`waited ${inMs(waitedMs)} itself`] : [];
  return [...waited, held, ...(token === undefined ? [] : [`token ${token}`])].join(", ");
}

/** Text of an element or of an attribute in quotes. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** JSON in which nothing ends the script element. */
function toScriptData(data: object): string {
  const round = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Math.round(value * 100) / 100 : value;
  return JSON.stringify(data, round).replaceAll("<", "\\u003c");
}
