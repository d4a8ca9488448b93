/**
 * @typedef {{ request: string, response: string }} Exchange A request and its answer as they went over the wire.
 * @typedef {object} Sent
 * @property {string} path
 * @property {Record<string, string>} headers
 * @property {string} name of the field of the files
 * @property {File[]} files
 * @property {[string, string]} field that says what is wanted, and its text
 */

/** A form that was sent, as text: without the bytes of files, and without what proves who sent it. @param {XMLHttpRequest} request @param {Sent} sent @returns {Exchange} */
export function exchangeOf(request, sent) {
  return { request: requestText(sent), response: responseText(request) };
}

/** @param {Sent} sent */
function requestText({ path, headers, name, files, field: [field, text] }) {
  const shown = Object.entries(headers).map(([header, value]) =>
    header === 'Authorization' ? `${header}: Bearer …` : `${header}: ${value}`,
  );
  const parts = files.map(
    (file) => `Content-Disposition: form-data; name="${name}"; filename="${file.name}"
Content-Type: ${file.type}

(${file.size.toLocaleString('en')} bytes)`,
  );
  return `POST ${path} HTTP/1.1
Host: ${location.host}
${shown.join('\n')}
Content-Type: multipart/form-data; boundary=…

--…
${[...parts, `Content-Disposition: form-data; name="${field}"\n\n${text}`].join('\n--…\n')}
--…--`;
}

/** @param {XMLHttpRequest} request */
function responseText(request) {
  const headers = request.getAllResponseHeaders().trim().replaceAll('\r', '');
  let body = request.responseText;
  try {
    body = JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Shown as it came.
  }
  return `HTTP/1.1 ${request.status} ${request.statusText}\n${headers}\n\n${body}`;
}
