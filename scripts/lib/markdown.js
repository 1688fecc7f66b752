/** A heading of a level, with the empty line after it. */
export function heading(level, text) {
  return `${"#".repeat(level)} ${text}\n`;
}

/** A table, its columns as wide as their widest cell. */
export function table(columns, rows) {
  const lines = [columns, ...rows].map((cells) => cells.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = columns.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  const [first, ...others] = lines.map(line);
  return `${[first, rule, ...others].join("\n")}\n`;
}
