/** Imported by processes of tests, which must not outlive a suite that is killed. */
const parent = process.ppid;
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, 500).unref();
