// Imports packages one after the other and writes how long the last one took, in milliseconds.
let ms = Number.NaN;
for (const name of process.argv.slice(2)) {
  const begin = performance.now();
  await import(name);
  ms = performance.now() - begin;
}
process.stdout.write(String(ms));
process.exit();
