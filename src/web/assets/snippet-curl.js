import { hasArchive, savedName } from './snippet-files.js';
import { fieldOf } from './uploads.js';

/** @import { Call } from './snippet-texts.js' */

/** The call for a shell. @param {Call} call */
export function curl(call) {
  const { address, to, fileNames, wanted, signedIn } = call;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell fills it in
  const proof = signedIn ? ' -H "Authorization: Bearer ${ACCESS:?Set it to an access token or an API key}"' : '';
  const isBatch = to === 'batch';
  const files = fileNames.map(
    (name) => `${isBatch ? 'images' : 'original_image'}=@"${name.replaceAll(/["\\]/g, '\\$&')}"`,
  );
  const parts = [...files, fieldOf(wanted).join('=')].map((part) => `  -F ${shellWord(part)}`);
  const send = `curl -sS --fail-with-body ${address}/api/${isBatch ? 'batches' : 'images'}/${proof} \\
  -H 'Prefer: wait=30' \\
${parts.join(' \\\n')}`;
  return isBatch ? batch(call, send, proof) : image(call, send, proof);
}

/** @param {Call} call @param {string} send @param {string} proof */
function image(call, send, proof) {
  return `IMAGE=$(${send})
case "$IMAGE" in
  *'"status":"completed"'*)
    DETAIL=$(echo "$IMAGE" | sed 's/.*"detail_url":"\\([^"]*\\)".*/\\1/')
    curl -sS --fail-with-body "\${DETAIL}${hasArchive(call) ? 'archive' : 'download'}/"${proof} \\
      -o ${shellWord(savedName(call))} ;;
  *) echo "$IMAGE" >&2; false ;;
esac`;
}

/** The batch's own address stands before those of its images. @param {Call} call @param {string} send @param {string} proof */
function batch(call, send, proof) {
  return `BATCH=$(${send})
DETAIL=$(echo "$BATCH" | sed 's/,"archive_url":.*//; s/.*"detail_url":"\\([^"]*\\)".*/\\1/')
while case "$BATCH" in *'"status":"processing"'*) true ;; *) false ;; esac; do
  BATCH=$(curl -sS --fail-with-body "$DETAIL"${proof} -H 'Prefer: wait=30')
done
case "$BATCH" in
  *'"archive_url":"'*)
    curl -sS --fail-with-body "\${DETAIL}archive/"${proof} \\
      -o ${shellWord(savedName(call))} ;;
  *) echo "$BATCH" >&2; false ;;
esac`;
}

/** Text as one word of a POSIX shell. @param {string} text */
function shellWord(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
