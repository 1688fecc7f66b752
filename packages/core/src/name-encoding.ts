/**
 * A name as one segment of an etcd key or a file name: ASCII letters, digits and `._:-` stay, every other byte
 * of its UTF-8 becomes `%XX`. Distinct names stay distinct, and no name contains a separator, so no lock's keys
 * lie under another lock's prefix.
 */
export function encodeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._:-]/gu, (character) =>
    Buffer.from(character).toString("hex").toUpperCase().replace(/../g, "%$&"),
  );
}
