import { deleteImage, download, images } from './api.js';
import { element, find } from './dom.js';
import { drop } from './job-history.js';
import { jobRow, statusNow } from './job-row.js';
import { keepResult, keptResult } from './kept-results.js';
import { rowsOr, smallButton } from './lists.js';
import { archiveName, resultName, saveFile } from './save-file.js';
import { duration } from './words.js';

/**
 * @import { ImageDto, ImageListDto } from '../../image-jobs/infrastructure/http/image.dto.ts'
 * @import { Attempt } from './account.js'
 */

/** The account's jobs, page by page, with their results. @type {import('./account.js').Section} */
export async function showAccountJobs(own, attempt) {
  const [page, { limits }] = await Promise.all([images(), own]);
  await showPage(page, attempt, duration(limits.after_download_seconds));
}

/** @param {ImageListDto} page @param {Attempt} attempt @param {string} afterDownload how long a result is kept once it was fetched */
async function showPage({ results, next, previous }, attempt, afterDownload) {
  const show = async (/** @type {string | undefined} */ url) => showPage(await images(url), attempt, afterDownload);
  const row = (/** @type {ImageDto} */ job, /** @type {boolean} */ isKept) => {
    const { name } = job.source;
    const save = async () => saveFile(...(await savedOf(job)));
    const remove = async () => {
      await deleteImage(job.id);
      await drop(job.id);
      return show(undefined);
    };
    const isThere = (isKept && job.outputs.length === 1) || statusNow(job) === 'completed';
    return jobRow(job, name, [
      ...(isThere ? [{ text: 'Download', label: `Download the result of ${name}`, onclick: () => attempt(save) }] : []),
      { text: 'Show', label: `Show ${name}`, onclick: () => location.assign(`/playground/#job=${job.id}`) },
      { text: 'Delete', label: `Delete the job of ${name}`, onclick: () => attempt(remove) },
    ]);
  };
  const sharing = `The first download of a result leaves other devices ${afterDownload} to fetch it.`;
  const kept = await Promise.all(results.map(async ({ id }) => Boolean((await keptResult(id))?.files)));
  const turn = (/** @type {string} */ text, /** @type {string | null} */ url) =>
    url ? [smallButton(text, () => attempt(() => show(url)))] : [];
  const turns = [...turn('Newer', previous), ...turn('Older', next)];
  find('#jobs', HTMLElement).replaceChildren(
    rowsOr(
      results.map((job, at) => row(job, kept[at] ?? false)),
      ...['No jobs yet. ', element('a', { href: '/playground/' }, 'Start one.')],
    ),
    results.length > 0 ? element('p', { class: 'hint' }, sharing) : '',
    turns.length > 0 ? element('p', { class: 'actions' }, ...turns) : '',
  );
}

/** What is saved of a job: its result, or all of them as ZIP. @param {ImageDto} job @returns {Promise<[Blob, string]>} */
async function savedOf(job) {
  const { id, outputs, detail_url: url } = job;
  if (outputs.length > 1) return [await download(`${url}archive/`), archiveName(job)];
  const [output] = outputs;
  const name = output?.name ?? '';
  const kept = (await keptResult(id))?.files?.[name];
  const file = kept ?? (await download(job.download_url ?? ''));
  if (!kept) await keepResult(id, { [name]: file });
  return [file, resultName(job)];
}
