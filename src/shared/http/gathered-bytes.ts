/**
 * All bytes of a short content, copied together as they come: of one that comes byte by byte each chunk would be an object
 * that is kept, and 16 KiB of them take 4 MB.
 * @throws what `tooLong` makes, for a content of more than `mostBytes`
 */
export async function gatheredBytes(
  content: AsyncIterable<Buffer>,
  mostBytes: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const all = Buffer.allocUnsafe(mostBytes);
  let bytes = 0;
  for await (const chunk of content) {
    if (bytes + chunk.length > mostBytes) throw tooLong();
    bytes += chunk.copy(all, bytes);
  }
  return all.subarray(0, bytes);
}
