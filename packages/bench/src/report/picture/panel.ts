import type { Summary } from "../../measure/statistics.js";
import { type Box, escapeText, text } from "./svg-text.js";

interface Bar {
  readonly title: string;
  readonly colour: string;
  readonly summary: Summary;
  /** The median with its unit. */
  readonly label: string;
}

export interface BarGroup {
  readonly title: string;
  readonly bars: readonly Bar[];
}

/** One scenario in the picture. */
export interface Panel {
  readonly title: string;
  /** What is drawn, in which unit, and which way is better. */
  readonly subtitle: string;
  readonly groups: readonly BarGroup[];
  /** Whether all bars have one scale, or those of each group. */
  readonly scale: "panel" | "group";
}

const HEAD = 44;
const GROUP_HEAD = 22;
const ROW = 20;
const GROUP_GAP = 8;
const NAMES = 186;
/** For the number beside the longest bar. */
const VALUES = 88;
const BAR = 13;

export function panelHeight({ groups }: Panel): number {
  const rows = groups.reduce((sum, { bars }) => sum + GROUP_HEAD + bars.length * ROW + GROUP_GAP, 0);
  return HEAD + rows + 12;
}

/** Horizontal bars of medians, with a line from the least to the greatest round. */
export function drawPanel(panel: Panel, { x, y, width }: Box): string {
  const parts = [text(x, y + 16, panel.title, "panel"), text(x, y + 33, panel.subtitle, "note")];
  const longest = (groups: readonly BarGroup[]): number =>
    Math.max(...groups.flatMap(({ bars }) => bars.map(({ summary }) => summary.max)), Number.MIN_VALUE);
  let top = y + HEAD;
  for (const group of panel.groups) {
    const room = width - NAMES - VALUES;
    const perUnit = room / longest(panel.scale === "panel" ? panel.groups : [group]);
    parts.push(text(x, top + 15, group.title, "group"));
    top += GROUP_HEAD;
    for (const bar of group.bars) {
      parts.push(drawBar(bar, x, top, perUnit));
      top += ROW;
    }
    top += GROUP_GAP;
  }
  return parts.join("\n");
}

function drawBar({ title, colour, summary, label }: Bar, x: number, top: number, perUnit: number): string {
  const left = x + NAMES;
  const middle = top + ROW / 2;
  const length = (value: number): string => (value * perUnit).toFixed(1);
  const at = (value: number): string => (left + value * perUnit).toFixed(1);
  return [
    text(left - 8, middle + 4, title, "name"),
    `<rect x="${left}" y="${middle - BAR / 2}" width="${length(summary.median)}" height="${BAR}" rx="1.5" fill="${colour}"><title>${escapeText(`${title}: ${label}`)}</title></rect>`,
    `<line class="rounds" x1="${at(summary.min)}" x2="${at(summary.max)}" y1="${middle}" y2="${middle}"/>`,
    text(left + summary.max * perUnit + 6, middle + 4, label, "value"),
  ].join("\n");
}
