/** Run by supervised-process.test.ts: leaves one command behind and takes another back. */
import { afterParent } from "../../dist/etcd/process/after-parent.js";

const [, , kept = "", removed = ""] = process.argv;
const takenBack = afterParent(["rm", "-r", kept]);
afterParent(["sh", "-c", 'sleep 0.2; rm -r "$1"', "sh", removed]);
takenBack[Symbol.dispose]();
