import { drawPanel, type Panel, panelHeight } from "./panel.js";
import { escapeText, text } from "./svg-text.js";

export interface Picture {
  readonly title: string;
  readonly note: string;
  readonly panels: readonly Panel[];
}

const WIDTH = 1_040;
const MARGIN = 24;
const GUTTER = 32;
const HEAD = 64;
const COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2;

/** Follows the reader's choice of light or dark, also as an image in a page. */
const STYLE = `
  text { font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #24292f; }
  .paper { fill: #ffffff; }
  .head { font-size: 18px; font-weight: 600; }
  .panel { font-size: 14px; font-weight: 600; }
  .group { font-weight: 600; fill: #57606a; }
  .note { fill: #57606a; }
  .name { text-anchor: end; }
  .value { font-variant-numeric: tabular-nums; }
  .rounds { stroke: #24292f; stroke-width: 1.5; stroke-opacity: 0.65; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .paper { fill: #0d1117; }
    .group, .note { fill: #9aa4af; }
    .rounds { stroke: #e6edf3; }
  }
`;

/** Draws panels in two columns, each under the shorter one. */
export function drawPicture({ title, note, panels }: Picture): string {
  const heights = [HEAD, HEAD];
  const drawn = panels.map((panel) => {
    const column = (heights[0] as number) <= (heights[1] as number) ? 0 : 1;
    const y = heights[column] as number;
    heights[column] = y + panelHeight(panel) + 16;
    return drawPanel(panel, { x: MARGIN + column * (COLUMN + GUTTER), y, width: COLUMN });
  });
  const height = Math.max(...heights) + 8;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escapeText(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(MARGIN, 30, title, "head"),
    text(MARGIN, 50, note, "note"),
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}
