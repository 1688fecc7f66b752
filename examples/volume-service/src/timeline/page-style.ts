/** The look of the page: dark on light. */
export const STYLE = `
:root { --wait: #f3c969; --hold: #3f7fb5; --lost: #d3222e; --line: #d9dee4; --text: #1d2733; --soft: #5c6977; }
* { box-sizing: border-box; }
body { margin: 24px auto; padding: 0 24px; max-width: 1500px; background: #fff; color: var(--text);
  font: 14px/1.45 system-ui, "DejaVu Sans", sans-serif; }
h1 { margin: 0; font-size: 22px; }
h2 { margin: 20px 0 6px; font-size: 16px; }
.facts, .hint { margin: 2px 0 12px; color: var(--soft); }
.hint { margin-top: 6px; font-size: 12px; }
.bar { display: flex; flex-wrap: wrap; gap: 6px 20px; align-items: center; margin-bottom: 8px; }
.key { display: flex; gap: 6px; align-items: center; }
.key i { width: 22px; height: 10px; border-radius: 2px; }
.key path { fill: none; stroke: var(--text); stroke-width: 1.4; }
i.wait { background: var(--wait); } i.hold { background: var(--hold); } i.lost { background: var(--lost); }
.tools { margin-left: auto; display: flex; gap: 6px; align-items: center; }
#range { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: 8px; }
button { font: inherit; color: inherit; padding: 2px 10px; border: 1px solid #b6bfc9; border-radius: 4px;
  background: #f6f8fa; cursor: pointer; }
button:hover { background: #e9edf1; }
#picture { border: 1px solid var(--line); border-radius: 6px; overflow: hidden; cursor: grab; }
#picture svg { display: block; user-select: none; }
#picture text { font-size: 11px; fill: var(--soft); }
#picture text.node { font-size: 13px; font-weight: 600; fill: var(--text); }
.lane { fill: #f7f9fb; } .grid { stroke: var(--line); } .between { stroke: #eceff2; }
rect.wait { fill: var(--wait); } rect.hold { fill: var(--hold); } rect.lost { fill: var(--lost); }
rect.wait:hover, rect.hold:hover, rect.lost:hover { stroke: var(--text); stroke-width: 1.5; }
.arrow { fill: none; stroke: #33404d; stroke-width: 1; opacity: .55; pointer-events: none; }
.arrow.lost { stroke: var(--lost); opacity: .8; }
.arrow.chosen { stroke-width: 2.5; opacity: 1; }
rect.chosen { stroke: var(--text); stroke-width: 2; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); text-align: left; }
th { color: var(--soft); font-weight: 500; }
td:first-child { font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody tr { cursor: pointer; } tbody tr:hover { background: #f2f5f8; }
`;
