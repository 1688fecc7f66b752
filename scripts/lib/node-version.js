/** What `engines` in package.json says; older ones cannot `require()` ES modules. */
const NEEDED = [20, 19];

/** Ends the process with a clear message on a Node.js that is too old. */
export function requireNodeVersion() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  console.error(`Fenceline needs Node.js ${NEEDED.join(".")} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}
